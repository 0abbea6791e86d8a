import type { Requirement } from '../check/requirements/requirement';
import type { Problem } from '../problems/problem';
import { count } from '../basics/text';
import type { Io } from './command';
import { lineOf } from './reports/line-of';
import { countsByCode } from './reports/report';
import { painter, problemText } from './reports/text';

/** The excerpts are lines of charts. Other files, such as a Compose file, can contain passwords. */
const IS_SOURCE = /\.[cm]?[jt]s$/;

/** Prints problems for people, each with the line of the chart that it is about. */
export function printProblems(problems: readonly Problem[], { out, terminal }: Io): void {
  const texts = new Map<string, string>();
  const paint = painter(terminal);
  const text = problems.map((problem) =>
    problemText(problem, (file, line) => (IS_SOURCE.test(file) ? lineOf(file, line, texts) : undefined), paint),
  );
  out(`${text.join('\n\n')}\n\n${count(problems.length, 'problem')}: ${summary(problems)}\n`);
}

/** The requirements for people. */
export function requirementsText(requirements: readonly Requirement[]): string {
  const lines = requirements.map(
    ({ what, objects: [first, ...rest] }) =>
      `  ${what} (${first}${rest.length > 0 ? ` and ${rest.length} more` : ''})\n`,
  );
  return lines.length > 0 ? `Cluster requirements:\n${lines.join('')}` : 'Cluster requirements: none\n';
}

/** Prints a value for programs. */
export function printJson(value: unknown, { out }: Io): void {
  out(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** `2 image-unpinned, 1 name-invalid` */
export function summary(problems: readonly Problem[]): string {
  return [...countsByCode(problems)].map(([code, n]) => `${n} ${code}`).join(', ');
}
