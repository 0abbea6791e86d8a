import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import type { DatabaseOptions } from './options';
import { fileText, missingFile, sizeProblems } from '../shared/project-file';

const FIX = 'Keep only the tables here, and load the data with a migration or from a dump.';

/** The SQL that runs on the first start; undefined if there is none, or if the file cannot be read. */
export function initialSqlText(initialSql: DatabaseOptions['initialSql']): string | undefined {
  if (typeof initialSql === 'string') return initialSql.trim() === '' ? undefined : initialSql;
  return fileText(initialSql?.file);
}

/** The problems of the initial SQL. */
export function* initialSqlProblems(initialSql: DatabaseOptions['initialSql']): Generator<ProblemRow> {
  if (initialSql === undefined || typeof initialSql === 'string') {
    yield* sizeProblems([initialSql ?? ''], 'initialSql', FIX);
    return;
  }
  const file: unknown = (initialSql as { file?: unknown } | null)?.file;
  if (typeof file !== 'string') {
    yield row('database-invalid', {
      message: 'The value is neither a text nor a file.',
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
