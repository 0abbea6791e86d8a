import { count } from '../basics/text';
import type { Code } from './codes';

/** A place in a file. */
export interface Place {
  /** The path of the file, as on the command line or relative to the working directory. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column?: number;
}

/** One thing that is wrong: what, where, expected, and how to fix it. */
export interface Problem {
  readonly code: Code;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What would be right. */
  readonly expected?: string;
  /** The actual value. */
  readonly got?: string;
  /** How to fix it. */
  readonly fix: string;
  /** The path of the construct, such as `blog/comments`. */
  readonly path?: string;
  /** The Kubernetes object, such as `Deployment blog/comments`. */
  readonly object?: string;
  /** The field of the object, or the option of the construct. */
  readonly field?: string;
  /** The field with the names of list items, for people: `env[HOST].value` for `env[0].value`. */
  readonly fieldTitle?: string;
  readonly place?: Place;
}

/** A problem without its place: the code and the texts. */
export type ProblemRow = readonly [
  code: Code,
  what: Pick<Problem, 'message' | 'fix'> & Partial<Pick<Problem, 'expected' | 'got' | 'field'>>,
];

/** A row: the code, and what is wrong. */
export function row(...problem: ProblemRow): ProblemRow {
  return problem;
}

/** Thrown if charts cannot be synthesized. Contains all problems. */
export class CallsignError extends Error {
  override readonly name = 'CallsignError';

  constructor(readonly problems: readonly Problem[]) {
    super(`${count(problems.length, 'problem')}\n\n${problems.map(formatProblem).join('\n\n')}`);
  }
}

/** The command cannot run in this environment: no cluster, no permission, a missing program. The exit code is 2. */
export class EnvironmentError extends CallsignError {}

/** A problem as text: place, message, expected, got and fix. */
export function formatProblem(problem: Problem): string {
  const place =
    problem.place && [problem.place.file, problem.place.line, problem.place.column].filter(Boolean).join(':');
  const where = [problem.path, problem.object, problem.fieldTitle ?? problem.field].filter(Boolean).join(' · ');
  return [
    `${[place, where].filter(Boolean).join('  ')}  [${problem.code}]`.trim(),
    `  ${problem.message}`,
    problem.expected && `  expected: ${problem.expected}`,
    problem.got && `  got: ${problem.got}`,
    `  fix: ${problem.fix}`,
  ]
    .filter(Boolean)
    .join('\n');
}
