import { show } from '../../../basics/text';
import type { DatabaseLogin } from '../../../links/address';
import type { Caller } from '../../../links/endpoint';
import { row, type ProblemRow } from '../../../problems/problem';
import { enumValue } from '../../shared/value-problems';
import type { Engine } from '../engines/engine';
import type { DatabaseRoles, TableRight } from '../options';
import type { CallerRole, RoleGrant, RolePlan } from './role-plan';
import { rolesJobName } from './role-script';

/** `grants(caller, right, ...of)`. A value that is not a caller is undefined. */
interface DeclaredGrant {
  readonly caller: Caller | undefined;
  readonly right: TableRight;
  readonly of: readonly (Caller | undefined)[];
}

interface CallersOptions {
  /** The name of the construct. */
  readonly database: string;
  /** The login of the owner of the database. */
  readonly owner: DatabaseLogin;
  readonly server: Engine;
  /** Undefined: with grants, each caller has a role if there are several. */
  readonly roles: DatabaseRoles | undefined;
  readonly hasInitialSql: boolean;
}

const RIGHTS: readonly TableRight[] = ['read', 'write', 'own'];

/** The callers of a database, and the role with which each logs in. */
export class Callers {
  readonly #callers = new Set<Caller>();
  readonly #grants: DeclaredGrant[] = [];

  constructor(private readonly options: CallersOptions) {}

  add(caller: Caller): void {
    this.#callers.add(caller);
  }

  grant(grant: DeclaredGrant): void {
    this.#grants.push(grant);
  }

  /** Whether callers have roles of their own. Without the option, only grants between several callers cause them. */
  get haveRoles(): boolean {
    const { roles, server } = this.options;
    if (roles === 'shared' || !server.roles) return false;
    if (roles === 'per-caller') return this.#callerRoles().length > 0;
    return this.#grants.length > 0 && this.#roleNames().size > 1;
  }

  loginOf(name: string): DatabaseLogin {
    const { owner } = this.options;
    const caller = [...this.#callers].find((one) => one.name === name);
    const role = caller && this.haveRoles ? this.#roleOf(caller) : undefined;
    if (!role) return owner;
    return { ...owner, user: role.name, secret: role.secret, createdBy: rolesJobName(this.options.database) };
  }

  /** The roles and their grants. There are none if all callers use the role of the owner. */
  get plan(): RolePlan {
    const { owner } = this.options;
    const roles = this.haveRoles ? this.#callerRoles() : [];
    const grants = [...this.#roleGrants(roles)];
    return {
      owner: owner.user,
      roles,
      grants,
      sharesOwnerTables: this.#roleNames().has(owner.user) || grants.some(({ of }) => of === owner.user),
    };
  }

  /** The keys of each Secret with the password of a role. */
  get secrets(): Record<string, readonly string[]> {
    return Object.fromEntries(this.plan.roles.map(({ secret }) => [secret, ['password']]));
  }

  /** The problems that are known when the whole app is declared. */
  *problems(): Generator<ProblemRow> {
    for (const grant of this.#grants) yield* this.#grantProblems(grant);
    if (!this.haveRoles) return;
    yield* this.#nameProblems();
    if (this.options.hasInitialSql && !this.plan.sharesOwnerTables) {
      yield row('database-invalid', {
        message: 'The tables of the initial SQL belong to the owner of the database. No caller may use them.',
        field: 'initialSql',
        expected: `a caller with a right to them: ${[...this.#callers].map(({ name }) => name).join(', ')}`,
        fix: "Write grants(caller, 'own') for the caller that uses the tables. If all use them, write roles: 'shared'.",
      });
    }
  }

  *#grantProblems({ caller, right, of }: DeclaredGrant): Generator<ProblemRow> {
    const field = `grants(${caller?.name ?? ''})`;
    yield* enumValue(field, right, RIGHTS, 'database-invalid');
    for (const one of [caller, ...of]) {
      if (one && this.#callers.has(one)) continue;
      yield row('database-invalid', {
        message: one ? `${one.name} does not use the database.` : 'The value is not a caller.',
        field,
        expected: 'microservices that use the database',
        got: show(one?.name),
        fix: one
          ? `Write ${one.name}.calls(${this.options.database}), or set its option database.`
          : 'Pass the object that `new Microservice(…)` returns.',
      });
    }
    if (this.options.roles === 'shared') {
      yield row('database-invalid', {
        message: 'All callers use the role of the owner, so the grant has no effect.',
        field,
        got: "roles: 'shared'",
        fix: 'Remove the grant, or the option roles.',
      });
    }
    if (right !== 'own' || (of.length === 0 && caller)) return;
    if (of.length > 1 || of.includes(caller) || (caller && this.#ownerChain(caller).isCircle)) {
      yield row('database-invalid', {
        message: 'A caller can log in with the role of one other caller.',
        field,
        expected: "grants(caller, 'own', another)",
        got: of.map((one) => one?.name).join(', '),
        fix: "Name one other caller, or none for the owner of the database. For several, use 'write'.",
      });
    }
  }

  *#nameProblems(): Generator<ProblemRow> {
    const { owner, server } = this.options;
    for (const { caller, name } of this.#callerRoles()) {
      if (name !== owner.user && !server.takenNames.test(name) && name.length <= server.longestName) continue;
      const isOwner = name === owner.user;
      yield row(isOwner || name.length <= server.longestName ? 'name-taken' : 'name-invalid', {
        message: `The role of the caller ${show(caller)} cannot have this name.`,
        field: 'roles',
        expected: `another name than the owner of the database and the names of ${server.title}, with at most ${server.longestName} characters`,
        got: show(name),
        fix: isOwner
          ? `If ${caller} owns all data, write grants(${caller}, 'own'). Otherwise set another databaseName.`
          : `Rename ${caller}, or write roles: 'shared'.`,
      });
    }
  }

  *#roleGrants(roles: readonly CallerRole[]): Generator<RoleGrant> {
    const { user } = this.options.owner;
    const everyone = [...roles.map(({ name }) => name), user];
    for (const { caller, right, of } of this.#grants) {
      const role = caller && this.#roleOf(caller)?.name;
      if (right === 'own' || !roles.some(({ name }) => name === role)) continue;
      const named = of.map((one) => (one && this.#roleOf(one)?.name) ?? user);
      for (const other of new Set(named.length > 0 ? named : everyone))
        if (other !== role) yield { role: role!, right, of: other };
    }
  }

  /** The roles of the callers that do not use the role of the owner. */
  #callerRoles(): (CallerRole & { caller: string })[] {
    const roles = [...this.#callers].map((caller) => this.#roleOf(caller)).filter((role) => role !== undefined);
    return [...new Map(roles.map((role) => [role.name, role])).values()];
  }

  /** The names of all roles that callers use. */
  #roleNames(): Set<string> {
    return new Set([...this.#callers].map((caller) => this.#roleOf(caller)?.name ?? this.options.owner.user));
  }

  /** The role of a caller. Undefined if it uses that of the owner. */
  #roleOf(caller: Caller): (CallerRole & { caller: string }) | undefined {
    const { end } = this.#ownerChain(caller);
    // A Secret of another database cannot have this name: names of databases contain no dot.
    return (
      end && { caller: end.name, name: end.name.replaceAll('-', '_'), secret: `${this.options.database}.${end.name}` }
    );
  }

  /** The callers that wait for a task: it prepares their tables. */
  #waitingFor(task: Caller): Caller[] {
    return [...this.#callers].filter(({ waitsFor }) => waitsFor.some((mark) => mark.task === task));
  }

  /** Follows `grants(caller, 'own', another)`. A task that one caller waits for also logs in with its role. The end is undefined if it is the owner of the database. */
  #ownerChain(caller: Caller): { readonly end: Caller | undefined; readonly isCircle: boolean } {
    const seen = new Set<Caller>();
    for (let end = caller; ;) {
      seen.add(end);
      const grant = this.#grants.find((one) => one.caller === end && one.right === 'own');
      const owners = grant?.of ?? this.#waitingFor(end);
      if (!grant && owners.length !== 1) return { end, isCircle: false };
      const [next] = owners;
      if (!next) return { end: undefined, isCircle: false };
      if (seen.has(next)) return { end: caller, isCircle: true };
      end = next;
    }
  }
}
