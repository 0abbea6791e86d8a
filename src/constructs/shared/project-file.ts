import { existsSync, readFileSync, statSync } from 'node:fs';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';

/**
 * `kubectl apply` stores the applied object in an annotation, and the annotations of an object are limited to 256 KiB.
 */
const MOST = 200 * 1024;

/** The text of a file of the project; undefined if the file does not exist. */
export function fileText(path: unknown): string | undefined {
  return typeof path === 'string' && existsSync(path) && statSync(path).isFile()
    ? readFileSync(path, 'utf8')
    : undefined;
}

/** The problem of a file that does not exist. */
export function missingFile(path: unknown, field: string): ProblemRow {
  return [
    'file-missing',
    {
      message: 'The file does not exist.',
      field,
      expected: 'the path of a file, relative to the working directory',
      got: show(path),
      fix: `Correct the path in ${field}, or create the file. Paths start in ${process.cwd()}.`,
    },
  ];
}

/** The problems of texts that become part of one object. */
export function* sizeProblems(texts: readonly string[], field: string, fix: string): Generator<ProblemRow> {
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (size > MOST)
    yield row('file-missing', {
      message: 'The text is too large for one Kubernetes object.',
      field,
      expected: `at most ${MOST} bytes`,
      got: `${size} bytes`,
      fix,
    });
}
