import { count } from '../basics/text';
import type { Code } from './codes';

/** A place in a file that a person can open. */
export interface Place {
  /** Path of the file, as given on the command line or relative to the working directory. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column?: number;
}

/** One thing that is wrong: what, where, expected, and how to fix it. */
export interface Problem {
  readonly code: Code;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What would have been right. */
  readonly expected?: string;
  /** What stood there instead. */
  readonly got?: string;
  /** What to do about it. */
  readonly fix: string;
  /** Path of the construct, such as `blog/comments`. */
  readonly path?: string;
  /** The Kubernetes object, such as `Deployment blog/comments`. */
  readonly object?: string;
  /** The field in the object or the option of the construct. */
  readonly field?: string;
  readonly place?: Place;
}

/** What is wrong, before it is known where: a code with its sentences. */
export type ProblemRow = readonly [
  code: Code,
  what: Pick<Problem, 'message' | 'fix'> & Partial<Pick<Problem, 'expected' | 'got' | 'field'>>,
];

/** A row: the code, and what is wrong. */
export function row(...problem: ProblemRow): ProblemRow {
  return problem;
}

/** What a program gets when its charts cannot be synthesized: all problems at once. */
export class CallsignError extends Error {
  override readonly name = 'CallsignError';

  constructor(readonly problems: readonly Problem[]) {
    super(`${count(problems.length, 'problem')}\n\n${problems.map(formatProblem).join('\n\n')}`);
  }
}

/** A problem as a person reads it: where, what, expected and got, the fix. */
export function formatProblem(problem: Problem): string {
  const place =
    problem.place && [problem.place.file, problem.place.line, problem.place.column].filter(Boolean).join(':');
  const where = [problem.path, problem.object, problem.field].filter(Boolean).join(' · ');
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
