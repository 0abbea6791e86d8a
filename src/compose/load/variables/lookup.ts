import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { own } from '../../../basics/own';
import type { Problem } from '../../../problems/problem';
import { isFile } from '../files';
import { readEnvFile } from './dotenv';
import type { VariableLookup } from './interpolate';

/** The values of variables in Compose files. The shell overrides the env files, and a later env file overrides an earlier one. */
export function environmentLookup(
  shell: Readonly<Record<string, string | undefined>>,
  envFiles: readonly string[],
  folder: string,
  problems: Problem[],
): VariableLookup {
  const fallback = join(folder, '.env');
  const files = envFiles.length > 0 ? envFiles : isFile(fallback) ? [fallback] : [];
  const values = new Map<string, string>();
  const lookup = (name: string) => own(shell, name) ?? values.get(name);
  for (const file of files) {
    const { lines, problems: found } = readEnvFile(readFileSync(file, 'utf8'), lookup);
    for (const { name, value } of lines) if (value !== undefined) values.set(name, value);
    for (const { message, line } of found) problems.push(envFileProblem(file, message, line));
  }
  return lookup;
}

/** A problem in an env file. */
export function envFileProblem(file: string, message: string, line: number): Problem {
  return {
    code: 'compose-invalid',
    message,
    expected: 'NAME=value, a comment or an empty line',
    place: { file: relative('', file), line },
    fix: 'Write the line as NAME=value, or put # in front of it.',
  };
}
