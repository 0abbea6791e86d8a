import { existsSync, readFileSync, statSync } from 'node:fs';
import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';

/** `kubectl apply` remembers what it applied in an annotation, and 256 KiB are all that annotations may hold. */
const MOST = 200 * 1024;

/** The text of a file of the project; undefined where there is no such file. */
export function fileText(path: unknown): string | undefined {
  return typeof path === 'string' && existsSync(path) && statSync(path).isFile()
    ? readFileSync(path, 'utf8')
    : undefined;
}

/** A file that is named and not there. */
export function missingFile(path: unknown, field: string): ProblemRow {
  return [
    'file-missing',
    {
      message: 'There is no such file.',
      field,
      expected: 'the path of a file, from the working directory',
      got: show(path),
      fix: 'Correct the path, or write the file.',
    },
  ];
}

/** What is wrong with texts that will stand in one object. */
export function* sizeProblems(texts: readonly string[], field: string, fix: string): Generator<ProblemRow> {
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (size > MOST)
    yield [
      'file-missing',
      {
        message: 'It is too large to be applied.',
        field,
        expected: `at most ${MOST} bytes`,
        got: `${size} bytes`,
        fix,
      },
    ];
}
