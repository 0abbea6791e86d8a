import { serverOf } from '../../constructs/database/engines/index';
import type { DatabasePart } from '../../links/variables';
import type { Context } from './context';
import type { Member, Role } from './member';
import { DATABASE_IMAGES } from './database-images';
import { escaped } from './escaped';
import { isSecret } from './secrets';

/** What a setting says of a database: one of its parts, or a URL made of them. */
export type DatabaseSetting = { readonly of: Member; readonly why: string; readonly status?: 'approximated' } & (
  | { readonly part: DatabasePart }
  /** It contains `$(HOST)`, `$(PORT)` and so on for the parts. */
  | { readonly url: string }
);

type DatabaseRole = Extract<Role, { kind: 'database' }>;

const MADE = 'The password is made in the cluster.';
const GIVEN = 'It comes from the call to the database.';

/** The port of a database. */
export function portOf({ role }: Member): number | undefined {
  return role.kind === 'database' ? serverOf(role.engine).port : undefined;
}

/** What a setting of `member` says of a database that it calls; nothing where it says something else. */
export function databaseSetting(
  context: Context,
  member: Member,
  name: string,
  text: string,
): DatabaseSetting | undefined {
  const at: At = (host, port) => {
    const other = context.memberAt(host, member);
    return other?.role.kind === 'database' &&
      member.calls.has(other) &&
      (port === undefined || Number(port) === portOf(other))
      ? other
      : undefined;
  };
  const url = urlSetting(text, at);
  if (url) return url;
  const [, host = '', port] = /^([\w.-]+)(?::(\d+))?$/.exec(text) ?? [];
  const single = [...member.calls].filter(({ role }) => role.kind === 'database').length === 1;
  const stem = stemOf(name);
  for (const other of member.calls) {
    if (other.role.kind !== 'database') continue;
    const part = partOf(stem, text, other, other.role, single);
    if (part) return { of: other, part, why: GIVEN };
    if (at(host, port) === other && HOST.test(stem)) return { of: other, part: 'HOST', why: GIVEN };
    if (other.role.passwords.includes(text) && isSecret(name, text)) return { of: other, part: 'PASSWORD', why: MADE };
  }
  return besideHost(member, stem, text, at);
}

/** What stands beside the host of a database speaks of it, whatever it says: `DB_USER` beside `DB_HOST`. */
function besideHost(member: Member, stem: string, text: string, at: At): DatabaseSetting | undefined {
  const [, prefix = '', end = ''] =
    /^(.+?)(USERNAME|USER|LOGIN|PASSWORD|PASSWD|PASS|PWD|NAME|DATABASE|DB)$/.exec(stem) ?? [];
  const host = [...member.env].find(
    ([other]) => HOST.test(stemOf(other)) && stemOf(other).replace(HOST, '') === prefix,
  );
  const [, name = '', port] = /^([\w.-]+)(?::(\d+))?$/.exec(String(host?.[1].value ?? '')) ?? [];
  const of = prefix === '' ? undefined : at(name, port);
  if (of?.role.kind !== 'database' || text.startsWith('/')) return undefined;
  if (end.startsWith('P')) return { of, part: 'PASSWORD', why: MADE };
  const why = `The database of ${of.id} is called ${of.role.databaseName} here, and so is the user who owns it.`;
  return { of, part: /^(USER|LOGIN)/.test(end) ? 'USER' : 'NAME', why, status: 'approximated' };
}

const HOST = /(HOST|SERVER|ADDR|ADDRESS|HOSTNAME)$/;

function stemOf(name: string): string {
  return name.replace(/[-_.]/g, '').toUpperCase();
}

type At = (host: string, port: string | undefined) => Member | undefined;
const WHOLE = 'Its parts come from the call to the database.';

/** `postgres://user:password@db:5432/shop?sslmode=disable`, of whatever driver; or `user:password@tcp(db:3306)/shop`, as that of Go has it. */
function urlSetting(text: string, at: At): DatabaseSetting | undefined {
  const [, goHost = '', goPort, goPath = '', goRest = ''] =
    /^[^\s/:@]+:[^\s/@]*@tcp\(([\w.-]+):(\d+)\)(\/[^\s?]*)(\?.*)?$/.exec(text) ?? [];
  const go = at(goHost, goPort);
  if (go)
    return {
      of: go,
      url: `$(USER):$(PASSWORD)@tcp($(HOST):$(PORT))${nameIn(goPath) || '/'}${escaped(goRest)}`,
      why: WHOLE,
    };
  const [, jdbc = '', scheme = '', credentials, host = '', port, path = '', rest = ''] =
    /^(jdbc:)?([a-z][a-z0-9+]*):\/\/(?:([^\s/@]*)@)?([\w.-]+)(?::(\d+))?(\/[^\s?#]*)?([?#].*)?$/i.exec(text) ?? [];
  const of = at(host, port);
  if (of?.role.kind !== 'database' || !DATABASE_IMAGES[of.role.engine].scheme.test(scheme)) return undefined;
  // A driver of Java takes user and password behind the question mark.
  if ((credentials !== undefined && !credentials.includes(':')) || /[?&](user|password)=/i.test(rest)) return undefined;
  const user = credentials === undefined ? '' : '$(USER):$(PASSWORD)@';
  return { of, url: `${jdbc}${scheme}://${user}$(HOST):$(PORT)${nameIn(path)}${escaped(rest)}`, why: WHOLE };
}

function nameIn(path: string): string {
  return path.length > 1 ? '/$(NAME)' : '';
}

/** Names that speak of a database. */
const ABOUT = /(DB|DATABASE|PG|POSTGRES|SQL|DATASOURCE|JDBC|PRISMA|^PMA)/;

function partOf(
  stem: string,
  text: string,
  database: Member,
  role: DatabaseRole,
  single: boolean,
): DatabasePart | undefined {
  // The user's name changes where it is not that of the database: whoever logs in has to follow. There is a root of much else, too.
  const about = ABOUT.test(stem) || (single && text !== 'root');
  if (/(USER|USERNAME|LOGIN)$/.test(stem) && role.users.includes(text) && about) return 'USER';
  if (!ABOUT.test(stem)) return undefined;
  if (/((?<!HOST|USER)NAME|DATABASE|DB)$/.test(stem) && (text === role.databaseName || text === role.called))
    return 'NAME';
  return stem.endsWith('PORT') && text === String(portOf(database)) ? 'PORT' : undefined;
}
