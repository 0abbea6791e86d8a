import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import type { DatabaseOptions } from './options';
import { fileText, missingFile, sizeProblems } from '../shared/project-file';

const FIX = 'Keep the tables here, and load the data with a migration or from a dump.';

/** The SQL that runs on the first start; undefined if there is none, or the file cannot be read. */
export function initialSqlText(initialSql: DatabaseOptions['initialSql']): string | undefined {
  if (typeof initialSql === 'string') return initialSql.trim() === '' ? undefined : initialSql;
  return fileText(initialSql?.file);
}

/** What is wrong with it. */
export function* initialSqlProblems(initialSql: DatabaseOptions['initialSql']): Generator<ProblemRow> {
  if (initialSql === undefined || typeof initialSql === 'string') {
    yield* sizeProblems([initialSql ?? ''], 'initialSql', FIX);
    return;
  }
  const file: unknown = (initialSql as { file?: unknown } | null)?.file;
  if (typeof file !== 'string') {
    yield row('database-invalid', {
      message: 'This is not SQL.',
      field: 'initialSql',
      expected: "a text, or { file: 'path' }",
      got: show(initialSql),
      fix: "Write initialSql: 'CREATE TABLE …', or initialSql: { file: 'db/initial.sql' }.",
    });
    return;
  }
  const text = fileText(file);
  if (text === undefined) yield missingFile(file, 'initialSql.file');
  else yield* sizeProblems([text], 'initialSql.file', FIX);
}
