import { isSetting, variableName } from '../../k8s/names';
import { externalAddress, type PlainAddress } from '../../links/address';
import {
  DATABASE_PARTS,
  DATABASE_PREFIX,
  partVariable,
  plainParts,
  type DatabasePart,
  prefixOf,
  type PlainParts,
} from '../../links/variables';
import type { Context } from './context';
import type { Member } from './member';
import { databaseSetting, portOf, type DatabaseSetting } from './database-settings';
import { escaped } from './escaped';
import { HostRewriter, type Outside } from './host-rewriter';
import { isSecret, passwordIn, passwordsIn } from './secrets';
import type { Setting } from '../load/service';
import { SourceCode, type Literal } from '../write/typescript';

/** A setting on its way into the chart. */
interface Resolved {
  readonly name: string;
  readonly setting: Setting;
  /** What it will be; nothing where it is left out. */
  readonly value?: Literal;
  readonly database?: DatabaseSetting;
  readonly status: 'converted' | 'approximated' | 'refused';
  readonly why?: string;
}

/** The target of a call, its default prefix, and the parts of its address that become variables: `URL` for `API_URL`. */
interface Target {
  readonly wanted: string;
  readonly gives: PlainParts;
  readonly to: string | SourceCode;
}

/** The environment of one microservice: its settings, and the calls under whose names it finds the others. */
export class EnvironmentConverter {
  readonly env: Record<string, Literal> = {};
  readonly #hosts: HostRewriter;
  #resolved: Resolved[] = [];
  readonly #taken: Set<string>;
  readonly #hidden = new Map<string, string>();
  readonly #unread: { of: Member; prefix: string }[] = [];

  constructor(
    private readonly context: Context,
    private readonly member: Member,
  ) {
    this.#hosts = new HostRewriter(context, member);
    this.#taken = new Set(member.env.keys());
    if (member.role.kind === 'http') this.#taken.add('PORT');
  }

  /** Writes down the calls, and the settings that no call gives. Returns the database that it keeps its data in. */
  convert(): Member | undefined {
    this.#resolved = [...this.member.env].map(([name, setting]) => ({
      name,
      setting,
      ...this.#resolve(name, setting),
    }));
    const databases = [...this.member.calls].filter(({ role }) => role.kind === 'database');
    const prefixes = new Map(
      databases.map((database) => [database, this.#databasePrefix(database, databases.length === 1)]),
    );
    const own = databases.find((database) => prefixes.get(database) === DATABASE_PREFIX);
    for (const [of, prefix] of prefixes)
      if (!this.#resolved.some(({ database }) => database?.of === of && takesPassword(database)))
        this.#unread.push({ of, prefix });
    const others = [...this.member.calls].filter(({ role }) => role.kind !== 'database').map(targetOf);
    const targets: { to: Target['to']; wanted: string; as: string }[] = [
      ...others,
      ...[...this.#hosts.outside.values()].map(outsideTarget),
    ].map((target) => ({ to: target.to, wanted: target.wanted, as: this.#prefix(target) }));
    for (const database of databases)
      if (database !== own)
        targets.unshift({ to: database.id, wanted: variableName(database.id), as: prefixes.get(database)! });
    this.#write(prefixes);
    const plain = targets.filter(({ as, wanted }) => as === wanted).map(({ to }) => to);
    if (plain.length > 0) this.context.calls.push({ from: this.member.id, to: plain });
    for (const { to, as, wanted } of targets)
      if (as !== wanted) this.context.calls.push({ from: this.member.id, to: [to], as });
    return own;
  }

  /** The databases whose password none of its settings takes, and under what prefix it finds them. */
  unread(): readonly { of: Member; prefix: string }[] {
    return this.#unread;
  }

  /** A word of a command: hosts are written as in settings. */
  word(text: string): { text: string; unknown?: string } {
    const { text: rewritten, unknown } = this.#hosts.rewrite(text);
    return { text: escaped(rewritten), ...(unknown && { unknown }) };
  }

  /** A text whose hosts are written as in settings, where Kubernetes puts in no variables. */
  hosts(text: string): string {
    return this.#hosts.rewrite(text).text;
  }

  /** A variable that a Secret fills, for a command to name; the one that has the value already, or a new one. */
  secret(wanted: string, value: string): string {
    const known = this.#resolved.find(({ setting }) => String(setting.value) === value);
    if (known) return known.name;
    const name = /^[A-Z_][A-Z0-9_]*$/i.test(wanted) ? wanted : 'SECRET';
    this.env[name] ??= { ...this.context.secrets.keyFor(value, this.member.id, name) };
    this.#hidden.set(name, value);
    return name;
  }

  /** The variables that a Secret fills, with the values that must not stand anywhere. */
  secretVariables(): [string, string][] {
    const settings = [...this.member.env].filter(([name, { value, variables }]) =>
      isSecret(name, String(value), variables),
    );
    return [...settings.map(([name, { value }]): [string, string] => [name, String(value)]), ...this.#hidden].toSorted(
      (a, b) => b[1].length - a[1].length,
    );
  }

  #resolve(name: string, setting: Setting): Omit<Resolved, 'name' | 'setting'> {
    const { role } = this.member;
    const text = String(setting.value);
    if (name === 'PORT' && role.kind === 'http') {
      return text === String(role.port)
        ? { status: 'converted', why: 'It comes from the option port.' }
        : { status: 'approximated', why: `PORT is the port that it listens on, which is ${role.port}.` };
    }
    if (!isSetting(name)) return { status: 'refused', why: 'No variable of a pod can have this name.' };
    const database = databaseSetting(this.context, this.member, name, text);
    if (database) return { database, status: database.status ?? 'converted', why: database.why };
    if (this.#isPortOfHost(name, text)) {
      return {
        value: typeof setting.value === 'number' ? 80 : '80',
        status: 'converted',
        why: 'HTTP is on port 80 of its Service.',
      };
    }
    const { text: rewritten, unknown, changed, outside } = this.#hosts.rewrite(text, name);
    if (
      isSecret(name, text, setting.variables) ||
      this.context.isSecretText(undefined, text) ||
      passwordsIn([text]).length > 0
    ) {
      const use = this.context.secrets.keyFor(text, this.member.id, name);
      const hosts =
        passwordIn(text) && changed ? ' In it, write the hosts as the chart names them, and no port for HTTP.' : '';
      return {
        value: { ...use },
        status: 'approximated',
        why: `Its value stays out of the chart: put it into the Secret ${use.secret} as ${use.key}.${hosts}`,
      };
    }
    if (unknown) {
      return { status: 'refused', why: unknownHost(unknown, `set ${name} again`) };
    }
    const value = typeof setting.value === 'string' ? escaped(rewritten) : setting.value;
    if (/:\/\/(localhost|127\.0\.0\.1)\b/.test(text))
      return {
        value,
        status: 'approximated',
        why: 'localhost is the pod itself, or the browser of a person: write the address that is meant.',
      };
    if (changed && String(value).includes('localhost'))
      return { value, status: 'approximated', why: 'It names itself: in its pod that is localhost.' };
    if (outside) return { value, status: 'converted', why: `A call to ${outside}, outside, is declared with it.` };
    return {
      value,
      status: 'converted',
      ...(changed && { why: 'The host is called by its name, on the port that its Service has.' }),
    };
  }

  /** Whether it is the port of a service of HTTP that a variable beside it names: `USERS_PORT` beside `USERS_HOST`. */
  #isPortOfHost(name: string, text: string): boolean {
    if (!/PORT$/i.test(name)) return false;
    return [...this.member.env].some(([beside, { value }]) => {
      if (beside.replace(/(HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$/i, '') !== name.replace(/PORT$/i, '') || beside === name)
        return false;
      const other = this.context.memberAt(String(value), this.member);
      return (
        other !== undefined && other !== this.member && other.role.kind === 'http' && String(other.role.port) === text
      );
    });
  }

  /** The prefix under which it reads what a database gives already; `DATABASE` if it reads none of these variables. */
  #databasePrefix(database: Member, only: boolean): string {
    const names = new Set<string>();
    const counts = new Map<string, number>();
    for (const { name, database: setting } of this.#resolved) {
      if (setting?.of !== database || !('part' in setting)) continue;
      const prefix = prefixOf(name, setting.part);
      if (prefix === undefined) continue;
      names.add(name);
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
    const given = (prefix: string) => DATABASE_PARTS.map((part) => partVariable(prefix, part));
    const free = (prefix: string) => given(prefix).every((name) => !this.#taken.has(name) || names.has(name));
    const best = [...counts].toSorted((a, b) => b[1] - a[1]).map(([prefix]) => prefix);
    const own = variableName(database.id);
    const prefix = numbered([...best, ...(only ? [DATABASE_PREFIX] : []), own, `${own}_DATABASE`], free);
    for (const name of given(prefix)) this.#taken.add(name);
    return prefix;
  }

  /** A prefix whose variables are free, or mean the same already: then the call gives them. */
  #prefix({ wanted, gives }: Target): string {
    const own = (name: string) => this.#resolved.find((resolved) => resolved.name === name);
    const same = (prefix: string) =>
      gives.every(([part, value]) => {
        const name = partVariable(prefix, part);
        const setting = own(name);
        return setting?.value === undefined ? !this.#taken.has(name) : textOf(setting.value) === value;
      });
    const [[first, text]] = gives;
    const read = this.#resolved
      .map(({ name, value }) => (value === text ? prefixOf(name, first) : undefined))
      .filter((prefix) => prefix !== undefined);
    const prefix = numbered([...(read.includes(wanted) ? [wanted] : read), wanted, `${wanted}_SERVICE`], same);
    for (const [part] of gives) {
      const name = partVariable(prefix, part);
      this.#taken.add(name);
      const setting = own(name);
      if (!setting) continue;
      this.#report({ ...setting, why: 'It comes from the call.' });
      this.#resolved = this.#resolved.filter((resolved) => resolved !== setting);
    }
    return prefix;
  }

  #write(prefixes: ReadonlyMap<Member, string>): void {
    for (const resolved of this.#resolved) {
      const { name, value, database } = resolved;
      this.#report(resolved);
      if (value !== undefined) this.env[name] = value;
      if (!database) continue;
      const prefix = prefixes.get(database.of)!;
      if ('url' in database)
        this.env[name] = database.url.replace(
          /\$\((HOST|PORT|NAME|USER|PASSWORD)\)/g,
          (_all, part: DatabasePart) => `$(${partVariable(prefix, part)})`,
        );
      else if (name !== partVariable(prefix, database.part)) {
        const plain: Partial<Record<DatabasePart, Literal>> = {
          HOST: database.of.id,
          PORT: String(portOf(database.of)),
          PASSWORD: { secret: database.of.id, key: 'password' },
        };
        this.env[name] = plain[database.part] ?? `$(${partVariable(prefix, database.part)})`;
      }
    }
  }

  #report({ setting, status, why }: Resolved): void {
    if (status === 'converted') this.context.report.converted(setting.node, why);
    else this.context.report[status](setting.node, why ?? '');
  }
}

function takesPassword(setting: DatabaseSetting): boolean {
  return 'url' in setting ? setting.url.includes('$(PASSWORD)') : setting.part === 'PASSWORD';
}

/** What is said of a host that is none. */
export function unknownHost(host: string, fix: string): string {
  return `Nothing in the chart is called ${host}: declare what it means, as an ExistingService or an External, and ${fix}.`;
}

/** A number counts as the text that stands for it in an environment. */
function textOf(value: Literal): string | undefined {
  return typeof value === 'object' ? undefined : String(value);
}

/** The first that will do, or the last with a number. */
function numbered(wanted: readonly string[], free: (prefix: string) => boolean): string {
  let prefix = wanted.find(free);
  for (let n = 2; prefix === undefined; n++) prefix = [`${wanted.at(-1)}_${n}`].find(free);
  return prefix;
}

function targetOf({ id, role }: Member): Target {
  const address: PlainAddress =
    role.kind === 'server' ? { protocol: 'tcp', port: Object.values(role.ports)[0]! } : { protocol: 'http', port: 80 };
  return { to: id, wanted: variableName(id), gives: plainParts(address, id) };
}

function outsideTarget({ host, port }: Outside): Target {
  const gives = plainParts(externalAddress(port), host);
  return { to: new SourceCode(`new External('${host}', ${port})`), wanted: variableName(host), gives };
}
