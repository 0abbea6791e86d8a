import type { Context, Member, Role } from './context';
import { escaped } from './escaped';
import { isSecret } from './secrets';

/** One of the variables that a call to a database gives, by the end of its name. */
export type DatabasePart = 'HOST' | 'PORT' | 'NAME' | 'USER' | 'PASSWORD';
/** All of them. */
export const DATABASE_PARTS: readonly DatabasePart[] = ['HOST', 'PORT', 'NAME', 'USER', 'PASSWORD'];

/** What a setting says of a database: one of its parts, or a URL made of them. */
export type DatabaseSetting =
  | { readonly of: Member; readonly part: DatabasePart; readonly why: string }
  /** `$(HOST)` and its like stand for the parts. */
  | { readonly of: Member; readonly url: string; readonly why: string };

type DatabaseRole = Extract<Role, { kind: 'database' }>;

const GIVEN = 'It comes from the call to the database.';

/** What a setting of `member` says of a database that it calls; nothing where it says something else. */
export function databaseSetting(context: Context, member: Member, name: string, text: string): DatabaseSetting | undefined {
  const at = (host: string) => {
    const other = context.memberAt(host.replace(/:5432$/, ''), member);
    return other?.role.kind === 'database' ? other : undefined;
  };
  const url = urlSetting(text, at);
  if (url) return url;
  const single = [...member.calls].filter(({ role }) => role.kind === 'database').length === 1;
  const stem = name.replace(/[-_.]/g, '').toUpperCase();
  for (const other of member.calls) {
    if (other.role.kind !== 'database') continue;
    const part = partOf(stem, text, other.role, String(other.env.get('POSTGRES_DB')?.value ?? other.role.user), single);
    if (part) return { of: other, part, why: GIVEN };
    if (at(text) === other && /(HOST|SERVER|ADDR|ADDRESS|HOSTNAME)$/.test(stem)) return { of: other, part: 'HOST', why: GIVEN };
    if (text === other.role.password && isSecret(name, text))
      return { of: other, part: 'PASSWORD', why: 'The password is made in the cluster.' };
  }
  return undefined;
}

/** `postgres://user:password@db:5432/shop?sslmode=disable`, of whatever driver. */
function urlSetting(text: string, at: (host: string) => Member | undefined): DatabaseSetting | undefined {
  const [, scheme, credentials, host = '', path = '', rest = ''] =
    /^((?:jdbc:)?postgres[a-z0-9+]*):\/\/(?:([^\s/@]*)@)?([\w.-]+)(?::5432)?(\/[^\s?#]*)?([?#].*)?$/i.exec(text) ?? [];
  const of = at(host);
  if (!of || (credentials !== undefined && !credentials.includes(':'))) return undefined;
  // A driver of Java takes user and password behind the question mark.
  if (/[?&](user|password)=/i.test(rest)) return undefined;
  const user = credentials === undefined ? '' : '$(USER):$(PASSWORD)@';
  return {
    of,
    url: `${scheme}://${user}$(HOST):$(PORT)${path.length > 1 ? '/$(NAME)' : ''}${escaped(rest)}`,
    why: 'Its parts come from the call to the database.',
  };
}

/** Names that speak of a database. */
const ABOUT = /(DB|DATABASE|PG|POSTGRES|SQL|DATASOURCE|JDBC|PRISMA)/;

function partOf(
  stem: string,
  text: string,
  { databaseName, user }: DatabaseRole,
  original: string,
  single: boolean,
): DatabasePart | undefined {
  // The user's name changes where it is not that of the database: whoever logs in has to follow.
  if (/(USER|USERNAME|LOGIN)$/.test(stem) && text === user && (single || ABOUT.test(stem))) return 'USER';
  if (!ABOUT.test(stem)) return undefined;
  if (/(NAME|DATABASE|DB)$/.test(stem) && (text === databaseName || text === original)) return 'NAME';
  return stem.endsWith('PORT') && text === '5432' ? 'PORT' : undefined;
}
