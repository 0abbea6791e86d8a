import { isSetting, variableName } from '../../../k8s/names';
import { externalAddress, type PlainAddress } from '../../../links/address';
import {
  DATABASE_PARTS,
  DATABASE_PREFIX,
  partVariable,
  POOL,
  plainParts,
  type DatabasePart,
  prefixOf,
  type PlainParts,
} from '../../../links/variables';
import { quoted } from '../../../basics/typescript';
import type { ScalarNode } from '../../load/node';
import type { EnvSetting } from '../../load/service';
import { Invocation, PartReference, type PlannedValue } from '../../plan/plan';
import type { ImportContext } from '../context';
import type { Member } from '../member';
import { namedPorts } from '../network/further-ports';
import { HostRewriter, type OutsideHost } from '../network/host-rewriter';
import { isSecret, isSecretName, passwordIn, passwordsIn } from '../secrets/detect';
import { databaseSetting, escaped, portOf, type DatabaseSetting } from './database-settings';

/** A setting, and what it becomes. */
interface Resolved {
  readonly name: string;
  readonly setting: EnvSetting;
  /** Its value in the chart; undefined if the chart does not have it. */
  readonly value?: PlannedValue;
  readonly database?: DatabaseSetting;
  readonly status: 'converted' | 'approximated' | 'refused';
  readonly why?: string;
}

/** The target of a call, its default prefix, and the parts of its address that become variables: `URL` for `API_URL`. */
interface Target {
  readonly wanted: string;
  readonly gives: PlainParts;
  readonly to: PartReference | Invocation;
}

/** Converts the settings of one microservice to variables and calls. */
export class SettingsConverter {
  readonly env: Record<string, PlannedValue> = {};
  /** The size of the connection pool, if a setting has it. */
  pool: number | undefined;
  readonly #hosts: HostRewriter;
  /** The settings that no call gives, by name. */
  #resolved: Map<string, Resolved> = new Map();
  #namesByValue: ReadonlyMap<PlannedValue | undefined, readonly string[]> | undefined;
  readonly #taken: Set<string>;
  readonly #hidden = new Map<string, string>();
  #hostsByPrefix: ReadonlyMap<string, readonly string[]> | undefined;
  readonly #unreadPasswords: { of: Member; prefix: string }[] = [];

  constructor(
    private readonly context: ImportContext,
    private readonly member: Member,
  ) {
    this.#hosts = new HostRewriter(context, member);
    this.#taken = new Set(member.env.keys());
    if (member.role.kind === 'http') this.#taken.add('PORT');
  }

  /** Adds the calls, and the settings that no call gives. Returns the database for the option `database`. */
  convert(): Member | undefined {
    this.#resolved = new Map(
      [...this.member.env].map(([name, setting]) => [name, { name, setting, ...this.#resolve(name, setting) }]),
    );
    const databases = [...this.member.calls].filter(({ role }) => role.kind === 'database');
    const prefixes = new Map(
      databases.map((database) => [database, this.#databasePrefix(database, databases.length === 1)]),
    );
    for (const prefix of prefixes.values()) this.#takePool(partVariable(prefix, POOL));
    const own = databases.find((database) => prefixes.get(database) === DATABASE_PREFIX);
    for (const [of, prefix] of prefixes)
      if (![...this.#resolved.values()].some(({ database }) => database?.of === of && takesPassword(database)))
        this.#unreadPasswords.push({ of, prefix });
    const others = [...this.member.calls].filter(({ role }) => role.kind !== 'database').map(targetOf);
    const targets: { to: Target['to']; wanted: string; as: string }[] = [
      ...others,
      ...[...this.member.portCalls].flatMap(([other, ports]) => [...ports].map((port) => portTarget(other, port))),
      ...[...this.#hosts.outside.values()].map(outsideTarget),
    ].map((target) => ({ to: target.to, wanted: target.wanted, as: this.#prefix(target) }));
    for (const database of databases)
      if (database !== own)
        targets.unshift({
          to: new PartReference(database.id),
          wanted: variableName(database.id),
          as: prefixes.get(database)!,
        });
    this.#write(prefixes);
    const plain = targets.filter(({ as, wanted }) => as === wanted).map(({ to }) => to);
    if (plain.length > 0) this.context.calls.push({ from: this.member.id, to: plain });
    for (const { to, as, wanted } of targets)
      if (as !== wanted) this.context.calls.push({ from: this.member.id, to: [to], as });
    return own;
  }

  /** The databases whose password no setting reads, and the prefix of their variables. */
  unreadPasswords(): readonly { of: Member; prefix: string }[] {
    return this.#unreadPasswords;
  }

  /** A word of a command with the hosts of the chart. */
  word(text: string): { text: string; unknown?: string } {
    const { text: rewritten, unknown } = this.#hosts.rewrite(text);
    return { text: escaped(rewritten), ...(unknown && { unknown }) };
  }

  /** A command that runs in the pod, in which Kubernetes replaces no variables. */
  hosts(text: string): string {
    return this.#hosts.inPod(text);
  }

  /** The variable with a secret value, for use in a command. It is added if no setting has the value. */
  secret(wanted: string, value: string, origin: Pick<ScalarNode, 'variables'>): string {
    const known = [...this.#resolved.values()].find(({ setting }) => String(setting.value) === value);
    if (known) return known.name;
    const name = /^[A-Z_][A-Z0-9_]*$/i.test(wanted) ? wanted : 'SECRET';
    const links = this.context.secretLinks.of(value, { member: this.member, named: true, variables: origin.variables });
    this.env[name] ??= this.context.secrets.keyFor(value, this.member.id, name, links);
    this.#hidden.set(name, value);
    return name;
  }

  /** The variables with secret values, the longest value first. */
  secretVariables(): [string, string][] {
    const settings = [...this.member.env].filter(([name, { value, variables }]) =>
      isSecret(name, String(value), variables),
    );
    return [...settings.map(([name, { value }]): [string, string] => [name, String(value)]), ...this.#hidden].toSorted(
      (a, b) => b[1].length - a[1].length,
    );
  }

  #resolve(name: string, setting: EnvSetting): Omit<Resolved, 'name' | 'setting'> {
    const { role } = this.member;
    const text = String(setting.value);
    if (name === 'PORT' && role.kind === 'http') {
      return text === String(role.port)
        ? { status: 'converted', why: 'The option port sets it.' }
        : {
            status: 'approximated',
            why: `The option port sets PORT to ${role.port}, the port that the program listens on.`,
          };
    }
    if (!isSetting(name)) return { status: 'refused', why: 'It is not a valid name of a variable.' };
    const database = databaseSetting(this.context, this.member, name, text);
    if (database) return { database, status: database.status ?? 'converted', why: database.why };
    if (this.#isPortOfHost(name, text)) {
      return {
        value: typeof setting.value === 'number' ? 80 : '80',
        status: 'converted',
        why: 'The Service has HTTP on port 80.',
      };
    }
    const { text: rewritten, unknown, changed, outside } = this.#hosts.rewrite(text, name);
    if (
      isSecret(name, text, setting.variables) ||
      this.context.isSecretText(undefined, text) ||
      passwordsIn([text]).length > 0
    ) {
      const links = this.context.secretLinks.of(text, {
        member: this.member,
        named: isSecretName(name),
        node: setting.node,
        variables: setting.variables,
      });
      const use = this.context.secrets.keyFor(text, this.member.id, name, links);
      const hosts =
        passwordIn(text) && changed ? ' In this value, use the hosts of the chart, and no port for HTTP.' : '';
      return {
        value: use,
        status: 'approximated',
        why: `The chart does not contain its value. Put it into the Secret ${use.secret} as ${use.key}.${hosts}`,
      };
    }
    if (unknown) {
      return { status: 'refused', why: unknownHost(unknown, `add ${name} to the chart`) };
    }
    const value = typeof setting.value === 'string' ? escaped(rewritten) : setting.value;
    if (/:\/\/(localhost|127\.0\.0\.1)\b/.test(text))
      return {
        value,
        status: 'approximated',
        why: 'localhost is the pod itself or the computer of a user. Write the address that you mean.',
      };
    if (outside) return { value, status: 'converted', why: `The chart declares the call to ${outside}.` };
    return {
      value,
      status: 'converted',
      ...(changed && { why: 'It has the name and the port of the Service.' }),
    };
  }

  /** Whether it is the port of an HTTP service: `USERS_PORT`, if `USERS_HOST` is the service. */
  #isPortOfHost(name: string, text: string): boolean {
    if (!/PORT$/i.test(name)) return false;
    this.#hostsByPrefix ??= hostsByPrefix(this.member);
    return (this.#hostsByPrefix.get(name.replace(/PORT$/i, '')) ?? []).some((value) => {
      const other = this.context.memberAt(value, this.member);
      return (
        other !== undefined && other !== this.member && other.role.kind === 'http' && String(other.role.port) === text
      );
    });
  }

  /** The prefix under which it reads what a database gives already; `DATABASE` if it reads none of these variables. */
  #databasePrefix(database: Member, only: boolean): string {
    const names = new Set<string>();
    const counts = new Map<string, number>();
    for (const { name, database: setting } of this.#resolved.values()) {
      if (setting?.of !== database || !('part' in setting)) continue;
      const prefix = prefixOf(name, setting.part);
      if (prefix === undefined) continue;
      names.add(name);
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
    const given = (prefix: string) => DATABASE_PARTS.map((part) => partVariable(prefix, part));
    const free = (prefix: string) =>
      given(prefix).every((name) => !this.#taken.has(name) || names.has(name)) &&
      this.#isPool(partVariable(prefix, POOL));
    const best = [...counts].toSorted((a, b) => b[1] - a[1]).map(([prefix]) => prefix);
    const own = variableName(database.id);
    const prefix = numbered([...best, ...(only ? [DATABASE_PREFIX] : []), own, `${own}_DATABASE`], free);
    for (const name of given(prefix)) this.#taken.add(name);
    return prefix;
  }

  /** Whether the name is free, or a setting with the size of the pool. A microservice has one size for all databases. */
  #isPool(name: string): boolean {
    const given = this.member.env.get(name)?.value;
    if (given === undefined) return !this.#taken.has(name);
    const size = Number(given);
    return Number.isInteger(size) && size >= 1 && (this.pool === undefined || this.pool === size);
  }

  /** The option `pool` sets the variable. */
  #takePool(name: string): void {
    const resolved = this.#resolved.get(name);
    if (!resolved) return;
    this.pool = Number(resolved.setting.value);
    this.#report({ ...resolved, status: 'converted', why: 'The option pool sets it.' });
    this.#resolved.delete(name);
  }

  /** A prefix whose variables are free or have the same values already. In that case the call gives them. */
  #prefix({ wanted, gives }: Target): string {
    const same = (prefix: string) =>
      gives.every(([part, value]) => {
        const name = partVariable(prefix, part);
        const setting = this.#resolved.get(name);
        return setting?.value === undefined ? !this.#taken.has(name) : textOf(setting.value) === value;
      });
    const [[first, text]] = gives;
    this.#namesByValue ??= namesByValue(this.#resolved.values());
    const read = (this.#namesByValue.get(text) ?? [])
      .filter((name) => this.#resolved.has(name))
      .map((name) => prefixOf(name, first))
      .filter((prefix) => prefix !== undefined);
    const prefix = numbered([...(read.includes(wanted) ? [wanted] : read), wanted, `${wanted}_SERVICE`], same);
    for (const [part] of gives) {
      const name = partVariable(prefix, part);
      this.#taken.add(name);
      const setting = this.#resolved.get(name);
      if (!setting) continue;
      this.#report({ ...setting, why: 'The call sets it.' });
      this.#resolved.delete(name);
    }
    return prefix;
  }

  #write(prefixes: ReadonlyMap<Member, string>): void {
    for (const resolved of this.#resolved.values()) {
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
        const plain: Partial<Record<DatabasePart, PlannedValue>> = {
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

/** The values of `USERS_HOST`, `USERS_SERVER` and so on, by `USERS_`. */
function hostsByPrefix({ env }: Member): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const [name, { value }] of env) {
    const prefix = name.replace(/(HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$/i, '');
    if (prefix !== name) hosts.set(prefix, [...(hosts.get(prefix) ?? []), String(value)]);
  }
  return hosts;
}

function takesPassword(setting: DatabaseSetting): boolean {
  return 'url' in setting ? setting.url.includes('$(PASSWORD)') : setting.part === 'PASSWORD';
}

/** The report of a host that is not in the chart. */
export function unknownHost(host: string, fix: string): string {
  return `The chart has no host ${host}. Declare it as an ExistingService or an External, and ${fix}.`;
}

/** The names of the settings with each value, so that each call need not search all settings. */
function namesByValue(settings: Iterable<Resolved>): Map<PlannedValue | undefined, string[]> {
  const found = new Map<PlannedValue | undefined, string[]>();
  for (const { name, value } of settings) {
    const names = found.get(value) ?? [];
    names.push(name);
    found.set(value, names);
  }
  return found;
}

/** The text of a value in the environment. */
function textOf(value: PlannedValue): string | undefined {
  return typeof value === 'object' ? undefined : String(value);
}

/** The first free prefix, or else the last one with a number. */
function numbered(wanted: readonly string[], free: (prefix: string) => boolean): string {
  let prefix = wanted.find(free);
  for (let n = 2; prefix === undefined; n++) prefix = [`${wanted.at(-1)}_${n}`].find(free);
  return prefix;
}

function targetOf({ id, role }: Member): Target {
  const address: PlainAddress =
    role.kind === 'server'
      ? { protocol: 'tcp', port: Object.values(namedPorts(role))[0]! }
      : { protocol: 'http', port: 80 };
  return { to: new PartReference(id), wanted: variableName(id), gives: plainParts(address, id) };
}

function portTarget({ id, role }: Member, name: string): Target {
  const { [name]: port } = namedPorts(role);
  const gives = plainParts({ protocol: 'tcp', port: port! }, id);
  return { to: new PartReference(id, `port(${quoted(name)})`), wanted: variableName(`${id}-${name}`), gives };
}

function outsideTarget({ host, port }: OutsideHost): Target {
  const gives = plainParts(externalAddress(port), host);
  return { to: new Invocation('new External', [host, port]), wanted: variableName(host), gives };
}
