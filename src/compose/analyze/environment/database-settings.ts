import { serverOf } from '../../../constructs/database/engines/index';
import type { DatabasePart } from '../../../links/variables';
import type { ImportContext } from '../context';
import { DATABASE_IMAGES } from '../database/images';
import type { DatabaseRole, Member } from '../member';
import { isSecret } from '../secrets/detect';

/** The meaning of a setting for a database: one of its parts, or a URL made of them. */
export type DatabaseSetting = { readonly of: Member; readonly why: string; readonly status?: 'approximated' } & (
  | { readonly part: DatabasePart }
  /** It contains `$(HOST)`, `$(PORT)` and so on for the parts. */
  | { readonly url: string }
);

const GENERATED = 'The password is generated in the cluster.';
const GIVEN = 'The call to the database sets it.';

/** The port of a database. */
export function portOf({ role }: Member): number | undefined {
  return role.kind === 'database' ? serverOf(role.engine).port : undefined;
}

/** The meaning of a setting of `member` for a database that it calls; undefined if it has none. */
export function databaseSetting(
  context: ImportContext,
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
    if (other.role.passwords.includes(text) && isSecret(name, text))
      return { of: other, part: 'PASSWORD', why: GENERATED };
  }
  return settingWithHost(member, stem, text, at);
}

/** A setting belongs to the database if the setting of the host has the same prefix: `DB_USER` and `DB_HOST`. */
function settingWithHost(member: Member, stem: string, text: string, at: At): DatabaseSetting | undefined {
  const [, prefix = '', end = ''] =
    /^(.+?)(USERNAME|USER|LOGIN|PASSWORD|PASSWD|PASS|PWD|NAME|DATABASE|DB)$/.exec(stem) ?? [];
  if (prefix === '') return undefined;
  const [, name = '', port] = /^([\w.-]+)(?::(\d+))?$/.exec(hostsOf(member).get(prefix) ?? '') ?? [];
  const of = at(name, port);
  if (of?.role.kind !== 'database' || text.startsWith('/')) return undefined;
  if (end.startsWith('P')) return { of, part: 'PASSWORD', why: GENERATED };
  const why = `In the chart, the database of ${of.id} and its owner are both called ${of.role.databaseName}.`;
  return { of, part: /^(USER|LOGIN)/.test(end) ? 'USER' : 'NAME', why, status: 'approximated' };
}

const hostsByPrefix = new WeakMap<Member['env'], ReadonlyMap<string, string>>();

/** The values of all settings of hosts, by their prefix. They are collected once for each service. */
function hostsOf({ env }: Member): ReadonlyMap<string, string> {
  const known = hostsByPrefix.get(env);
  if (known) return known;
  const hosts = new Map<string, string>();
  for (const [name, { value }] of env) {
    const stem = stemOf(name);
    const prefix = stem.replace(HOST, '');
    if (prefix !== stem && !hosts.has(prefix)) hosts.set(prefix, String(value));
  }
  hostsByPrefix.set(env, hosts);
  return hosts;
}

const HOST = /(HOST|SERVER|ADDR|ADDRESS|HOSTNAME)$/;

function stemOf(name: string): string {
  return name.replace(/[-_.]/g, '').toUpperCase();
}

type At = (host: string, port: string | undefined) => Member | undefined;
const WHOLE = 'The call to the database sets its parts.';

/** `postgres://user:password@db:5432/shop?sslmode=disable` of any driver, or `user:password@tcp(db:3306)/shop` of a Go driver. */
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
  // Java drivers have the user and the password after the question mark.
  if ((credentials !== undefined && !credentials.includes(':')) || /[?&](user|password)=/i.test(rest)) return undefined;
  const user = credentials === undefined ? '' : '$(USER):$(PASSWORD)@';
  return { of, url: `${jdbc}${scheme}://${user}$(HOST):$(PORT)${nameIn(path)}${escaped(rest)}`, why: WHOLE };
}

function nameIn(path: string): string {
  return path.length > 1 ? '/$(NAME)' : '';
}

/** Names of settings about a database. */
const ABOUT = /(DB|DATABASE|PG|POSTGRES|SQL|DATASOURCE|JDBC|PRISMA|^PMA)/;

function partOf(
  stem: string,
  text: string,
  database: Member,
  role: DatabaseRole,
  single: boolean,
): DatabasePart | undefined {
  // The chart names the user after the database, so each setting with the old name changes. Other programs have a user root, too.
  const about = ABOUT.test(stem) || (single && text !== 'root');
  if (/(USER|USERNAME|LOGIN)$/.test(stem) && role.users.includes(text) && about) return 'USER';
  if (!ABOUT.test(stem)) return undefined;
  if (/((?<!HOST|USER)NAME|DATABASE|DB)$/.test(stem) && (text === role.databaseName || text === role.called))
    return 'NAME';
  return stem.endsWith('PORT') && text === String(portOf(database)) ? 'PORT' : undefined;
}

/** Escapes `$(` and `$$`, which Kubernetes would replace. Compose variables are replaced already, so the text is literal. */
export function escaped(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
