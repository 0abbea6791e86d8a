import { existsSync, readFileSync, statSync } from 'node:fs';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';

/** `kubectl apply` stores what it applied in an annotation. All annotations of an object hold at most 256 KiB. */
const MOST = 200 * 1024;

/** The text of a file of the project; undefined if the file does not exist. */
export function fileText(path: unknown): string | undefined {
  return typeof path === 'string' && existsSync(path) && statSync(path).isFile()
    ? readFileSync(path, 'utf8')
    : undefined;
}

/** A file that does not exist. */
export function missingFile(path: unknown, field: string): ProblemRow {
  return [
    'file-missing',
    {
      message: 'The file does not exist.',
      field,
      expected: 'the path of a file, from the working directory',
      got: show(path),
      fix: 'Correct the path, or create the file.',
    },
  ];
}

/** What is wrong with texts that one object will contain. */
export function* sizeProblems(texts: readonly string[], field: string, fix: string): Generator<ProblemRow> {
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (size > MOST)
    yield row('file-missing', {
      message: 'The text is too large to be applied.',
      field,
      expected: `at most ${MOST} bytes`,
      got: `${size} bytes`,
      fix,
    });
}
