import { existsSync, readFileSync, statSync } from 'node:fs';
import { show, type Finding } from '../../k8s/problem';
import type { DatabaseOptions } from '../database-options';

/** `kubectl apply` remembers what it applied in an annotation, and 256 KiB are all that annotations may hold. */
const MOST = 200 * 1024;

/** The text that runs on the first start; undefined where there is none, or none that can be read. */
export function initialSqlText(initialSql: DatabaseOptions['initialSql']): string | undefined {
  if (typeof initialSql === 'string') return initialSql.trim() === '' ? undefined : initialSql;
  const file = initialSql?.file;
  return typeof file === 'string' && isFile(file) ? readFileSync(file, 'utf8') : undefined;
}

/** What is wrong with it. */
export function* initialSqlProblems(initialSql: DatabaseOptions['initialSql']): Generator<Finding> {
  if (initialSql === undefined || typeof initialSql === 'string') {
    yield* sizeProblems(initialSql ?? '', 'initialSql');
    return;
  }
  const file: unknown = (initialSql as { file?: unknown } | null)?.file;
  if (typeof file !== 'string') {
    yield [
      'database-invalid',
      {
        message: 'It is no SQL.',
        field: 'initialSql',
        expected: "a text, or { file: 'path' }",
        got: show(initialSql),
        mend: "Write initialSql: 'CREATE TABLE …', or initialSql: { file: 'db/initial.sql' }.",
      },
    ];
  } else if (!isFile(file)) {
    yield [
      'file-missing',
      {
        message: 'There is no such file.',
        field: 'initialSql.file',
        expected: 'the path of a file, from the working directory',
        got: show(file),
        mend: 'Correct the path, or write the file.',
      },
    ];
  } else {
    yield* sizeProblems(readFileSync(file, 'utf8'), 'initialSql.file');
  }
}

function* sizeProblems(text: string, field: string): Generator<Finding> {
  const size = Buffer.byteLength(text);
  if (size <= MOST) return;
  yield [
    'file-missing',
    {
      message: 'It is too large to be applied.',
      field,
      expected: `at most ${MOST} bytes`,
      got: `${size} bytes`,
      mend: 'Keep the tables here, and bring the data in by a migration, or by restoring a dump.',
    },
  ];
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
