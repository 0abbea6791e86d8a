import { relative } from 'node:path';
import type { DatabaseEngine } from '../../../constructs/database/options';
import { textFilesBelow } from '../../load/files';
import { sourceOf, type ServiceMount } from '../../load/mounts';
import type { ImportContext } from '../context';

/** Commands of a client, and statements that need a superuser. The first start would fail. */
const UNSUPPORTED =
  /^\s*(\\|DELIMITER\b|SOURCE\b|USE\b|(CREATE|ALTER|DROP)\s+(DATABASE|USER|ROLE|TABLESPACE)\b|ALTER\s+SYSTEM\b|GRANT\b|REVOKE\b|FLUSH\b|SET\s+(GLOBAL|PERSIST)\b|LOAD\s+DATA\b|COPY\b.*\bFROM\s+')/im;
/** The extensions of PostgreSQL that the owner of a database can add. */
const TRUSTED =
  /^(btree_gin|btree_gist|citext|cube|dict_int|fuzzystrmatch|hstore|intarray|isn|lo|ltree|pg_trgm|pgcrypto|plpgsql|seg|tablefunc|tcn|tsm_system_rows|tsm_system_time|unaccent|uuid-ossp)$/;

/** The SQL file of a mount, if the owner of the database can run it on the first start. */
export function initialSqlFile(
  context: ImportContext,
  mount: ServiceMount,
  engine: DatabaseEngine,
  owner: string,
): string | undefined {
  if (mount.type !== 'bind' || mount.source === undefined) return undefined;
  const [file, ...others] = textFilesBelow(sourceOf(mount), mount.target) ?? [];
  if (!file?.path.endsWith('.sql') || others.length > 0) return undefined;
  const isUnsafe = context.isSecretText(undefined, file.text) || !ownerCanRun(file.text, engine, owner);
  return isUnsafe ? undefined : relative('', file.path);
}

/** Whether the owner of the database can run it. */
function ownerCanRun(text: string, engine: DatabaseEngine, owner: string): boolean {
  const namesIn = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);
  if (UNSUPPORTED.test(text)) return false;
  if (engine !== 'postgres') return !/^\s*(CREATE|ALTER|DROP)\s+SCHEMA\b/im.test(text);
  const extensions = namesIn(/\bCREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?"?([\w-]+)/gi);
  const owners = namesIn(/\bOWNER\s+TO\s+"?(\w+)/gi);
  return extensions.every((name) => TRUSTED.test(name)) && owners.every((name) => name === owner);
}
