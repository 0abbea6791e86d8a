import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DatabaseEngine } from '../../../constructs/database/options';
import type { Context } from '../context';
import { textFiles, type Mount } from '../../load/mounts';

/** Commands of a client, and what only a superuser may say: in both cases the first start would fail. */
const NOT_OURS =
  /^\s*(\\|DELIMITER\b|SOURCE\b|USE\b|(CREATE|ALTER|DROP)\s+(DATABASE|USER|ROLE|TABLESPACE)\b|ALTER\s+SYSTEM\b|GRANT\b|REVOKE\b|FLUSH\b|SET\s+(GLOBAL|PERSIST)\b|LOAD\s+DATA\b|COPY\b.*\bFROM\s+')/im;
/** The extensions of PostgreSQL that the owner of a database may add. */
const TRUSTED =
  /^(btree_gin|btree_gist|citext|cube|dict_int|fuzzystrmatch|hstore|intarray|isn|lo|ltree|pg_trgm|pgcrypto|plpgsql|seg|tablefunc|tcn|tsm_system_rows|tsm_system_time|unaccent|uuid-ossp)$/;

/** The file of SQL below a mount that a `Database` can run on its first start, as the owner of the database. */
export function initialSqlFile(
  context: Context,
  { node, type, source, target }: Mount,
  engine: DatabaseEngine,
  owner: string,
): string | undefined {
  if (type !== 'bind' || source === undefined) return undefined;
  const files = Object.values(textFiles(join(node.spot.base, source), target) ?? {});
  const [path] = files;
  if (path === undefined || files.length > 1 || !path.endsWith('.sql')) return undefined;
  const text = readFileSync(path, 'utf8');
  return context.isSecretText(undefined, text) || !isOwners(text, engine, owner) ? undefined : relative('', path);
}

/** Whether the owner of a database may run it. */
function isOwners(text: string, engine: DatabaseEngine, owner: string): boolean {
  const others = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);
  if (NOT_OURS.test(text)) return false;
  if (engine !== 'postgres') return !/^\s*(CREATE|ALTER|DROP)\s+SCHEMA\b/im.test(text);
  const extensions = others(/\bCREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?"?([\w-]+)/gi);
  const owners = others(/\bOWNER\s+TO\s+"?(\w+)/gi);
  return extensions.every((name) => TRUSTED.test(name)) && owners.every((name) => name === owner);
}
