import { styleText } from 'node:util';
import type { Requirement } from '../check/requirements/requirement';
import { formatProblem, type Problem } from '../problems/problem';
import { count } from '../basics/text';
import type { Io } from './command';
import { countsByCode } from './reports/report';

/** Prints problems for people. */
export function printProblems(problems: readonly Problem[], { out, terminal }: Io): void {
  const text = problems
    .map(formatProblem)
    .map((lines) => (terminal ? paint(lines) : lines))
    .join('\n\n');
  out(`${text}\n\n${count(problems.length, 'problem')}: ${summary(problems)}\n`);
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

// `terminal` decides whether to use colors, not the stdout of the process.
const paintAs = (format: 'bold' | 'cyan', text: string) => styleText(format, text, { validateStream: false });

function paint(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  return [
    paintAs('bold', first),
    ...rest.map((line) => line.replace(/^ {2}(expected|got|fix):/, (label) => paintAs('cyan', label))),
  ].join('\n');
}

/** `2 image-unpinned, 1 name-invalid` */
export function summary(problems: readonly Problem[]): string {
  return [...countsByCode(problems)].map(([code, n]) => `${n} ${code}`).join(', ');
}
