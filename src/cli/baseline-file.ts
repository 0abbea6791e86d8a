import { readFileSync, writeFileSync } from 'node:fs';
import type { KnownProblem } from '../check/baseline';
import { UsageError } from './command';

interface BaselineFile {
  readonly version: 1;
  readonly problems: readonly KnownProblem[];
}

/** Reads a baseline. Throws a UsageError if it is missing or is no baseline. */
export function readBaseline(file: string): readonly KnownProblem[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read: ${(error as Error).message}. Write it first: callsign check --write-baseline ${file}`,
    );
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}. ${again(file)}`);
  }
  if (!isBaseline(content))
    throw new UsageError(
      `${file} is no baseline of this version. Expected: version 1, and a list of problems, each with a code. ${again(file)}`,
    );
  return content.problems;
}

/** Writes a baseline, a problem on each line, so that branches merge. */
export function writeBaseline(file: string, problems: readonly KnownProblem[]): void {
  const lines = problems.map((problem) => `    ${JSON.stringify(problem)}`);
  const list = lines.length > 0 ? `[\n${lines.join(',\n')}\n  ]` : '[]';
  writeFileSync(file, `{\n  "version": 1,\n  "problems": ${list}\n}\n`);
}

function again(file: string): string {
  return `Write it again: callsign check --write-baseline ${file}`;
}

function isBaseline(content: unknown): content is BaselineFile {
  const { version, problems } = (content ?? {}) as Partial<BaselineFile>;
  return version === 1 && Array.isArray(problems) && problems.every(isKnownProblem);
}

function isKnownProblem(value: unknown): boolean {
  const { code, object, field, file, count } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof code === 'string' &&
    [object, field, file].every((one) => one === undefined || typeof one === 'string') &&
    (count === undefined || (Number.isInteger(count) && Number(count) > 0))
  );
}
