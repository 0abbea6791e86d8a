import { relative } from 'node:path';
import type { DatabaseEngine } from '../../../constructs/database/options';
import type { ServiceMount } from '../../load/mounts';

/** Commands of a client. A program that reads only SQL does not understand them. */
const CLIENT_COMMANDS = /^[ \t]*(\\|DELIMITER\b|SOURCE\b|USE\b|COPY\b.*\bFROM\s+')/im;
/** Statements that need more rights than the owner of a database in MySQL or MariaDB has. */
const ADMINISTRATION =
  /^[ \t]*((CREATE|ALTER|DROP)\s+(DATABASE|USER|ROLE|TABLESPACE|SCHEMA)\b|GRANT\b|REVOKE\b|FLUSH\b|SET\s+(GLOBAL|PERSIST)\b|LOAD\s+DATA\b)/im;

/** The SQL file of a mount, if the user of the database can run it on the first start. */
export function initialSqlFile(
  isSecretText: (text: string) => boolean,
  mount: ServiceMount,
  engine: DatabaseEngine,
  owner: string,
): string | undefined {
  if (mount.type !== 'bind' || mount.source === undefined) return undefined;
  const [file, ...others] = mount.files() ?? [];
  if (!file?.path.endsWith('.sql') || others.length > 0) return undefined;
  const isUnsafe = isSecretText(file.text) || !canRun(file.text, engine, owner);
  return isUnsafe ? undefined : relative('', file.path);
}

/** Whether the user of the database can run it. In PostgreSQL it has all rights, but the roles in the text must exist. */
function canRun(text: string, engine: DatabaseEngine, user: string): boolean {
  if (CLIENT_COMMANDS.test(text)) return false;
  if (engine !== 'postgres') return !ADMINISTRATION.test(text);
  const namesIn = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);
  const created = new Set([user, ...namesIn(/\bCREATE\s+(?:ROLE|USER)\s+"?(\w+)/gi)]);
  const named = [
    ...namesIn(/\bOWNER\s+(?:TO\s+)?"?(\w+)/gi),
    ...namesIn(/\bGRANT\b[^;]{1,500}\bTO\s+"?(\w+)/gi),
    ...namesIn(/\bALTER\s+(?:ROLE|USER)\s+"?(\w+)/gi),
  ];
  return named.every((name) => created.has(name) || /^(public|current_user|session_user)$/i.test(name));
}
