import type { Construct } from 'constructs';
import { clientSecret, clusterPods, primaryOf, superuserSecret } from '../../k8s/cloud-native-pg';
import { policyOf, type Policy } from '../../links/policy';
import { type Callable, type Calling, callerOf, Endpoint } from '../../links/endpoint';
import { DATABASE_OPTIONS, type DatabaseEngine, type DatabaseOptions, type TableRight } from './options';
import { deployed } from '../shared/image-settings';
import { addAccount } from '../shared/account';
import { addBackup } from './backup';
import { capacityOf, capacityProblems, connectionLimits } from './capacity';
import { addCluster } from './cluster';
import { DatabaseObjects } from './objects';
import { initialSqlText } from './initial-sql';
import { databaseProblems } from './problems';
import { Callers } from './roles/callers';
import type { RolePlan } from './roles/role-plan';
import { rolesJobName } from './roles/role-script';
import { addRolesJob } from './roles/roles-job';
import { addServer } from './server';
import { Declaration } from '../shared/declaration';
import { addPasswordJob } from '../shared/password-job';
import { databaseDefaults, resolveDatabase } from './resolve';
import { addObject, selectorLabels } from '../shared/object';
import { configured, unknownInPart, type Known } from '../shared/overrides';

/** The options, those that an environment variable can set, and the defaults that `explain` reports. */
const knownOf = ({ engine }: DatabaseOptions): Known => ({
  names: DATABASE_OPTIONS,
  numbers: ['settings.max_connections', 'otherConnections', 'instances', 'backup.keep'],
  texts: [
    'roles',
    'storage',
    'storageClass',
    'resources.cpu',
    'resources.memory',
    'resources.memoryLimit',
    'backup.schedule',
    'backup.storage',
  ],
  images: ['image', 'passwordImage'],
  defaults: databaseDefaults(engine),
});

/**
 * A PostgreSQL, MySQL or MariaDB server behind one name, with its data on a claim. The passwords are generated in the
 * cluster. The callers connect as the owner of the database, not as superuser, or each with a role of its own.
 */
export class Database extends Declaration implements Callable {
  readonly endpoint: Endpoint;
  /** The server that it runs. */
  readonly engine: DatabaseEngine;
  readonly #callers: Callers;
  readonly #addRoles: () => void;
  /** The ids of the objects for the roles, if callers have roles. */
  #rolesIds: readonly string[] | undefined;

  constructor(scope: Construct, id: string, given: DatabaseOptions = {}) {
    super(scope, id);
    const known = knownOf(given);
    const written = configured(this, id, given, known);
    const options = resolveDatabase(this.name, written);
    const { engine, instances, server, databaseName } = options;
    for (const finding of unknownInPart(this, id, given, known)) this.problem(...finding);
    for (const finding of databaseProblems(written, options)) this.problem(...finding);

    this.engine = engine;
    const several = instances > 1;
    const labels = selectorLabels(this.name, this.namespace);
    const pods = several ? clusterPods(this.name) : labels;
    const secret = several ? clientSecret(this.name) : this.name;
    const callers = new Callers({
      database: this.name,
      owner: { databaseName, user: databaseName, secret },
      server,
      roles: options.roles,
      hasInitialSql: initialSqlText(options.initialSql) !== undefined,
    });
    this.#callers = callers;
    this.endpoint = new Endpoint({
      kind: 'database',
      name: this.name,
      namespace: this.namespace,
      root: this.node.root,
      pods,
      ports: [server.port],
      onCall: (from) => {
        if (from.options.asOwner) return;
        callers.add(from);
        this.#updateRoles();
      },
      // Only the primary accepts writes. It has its own Service.
      ...(several && { service: primaryOf(this.name) }),
      address: {
        protocol: 'database',
        port: server.port,
        loginOf: (caller) => callers.loginOf(caller),
        connections: connectionLimits(options),
      },
    });

    const metadata = { name: this.name, labels };
    const image = deployed(this, options.image);
    const capacity = () => capacityOf(this.endpoint, options);
    this.checkLater(() => {
      for (const finding of capacityProblems(this.endpoint, options)) this.problem(...finding);
      this.#updateRoles();
      for (const finding of callers.problems()) this.problem(...finding);
    });
    const common = { name: this.name, image, pods, labels, options, callers, capacity };
    if (several) {
      const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata };
      addObject<Policy>(this, 'network-policy', { ...policy, spec: () => policyOf(this.endpoint) });
      addCluster(this, common);
    } else {
      addAccount(this, this.endpoint, metadata);
      addServer(this, common);
    }
    const { backup, user } = options;
    if (backup) {
      const roles = () => callers.plan;
      addBackup(this, { endpoint: this.endpoint, dump: server.dump, image: image.reference, user, backup, roles });
    }
    this.#addRoles = () => {
      if (several) {
        addPasswordJob(this, { part: this.name, secrets: () => callers.secrets, image: options.passwordImage });
      }
      addRolesJob(this, {
        endpoint: this.endpoint,
        image: image.reference,
        user,
        superuser: several
          ? { name: superuserSecret(this.name), key: 'password' }
          : { name: this.name, key: 'root-password' },
        script: server.roles!,
        plan: () => callers.plan,
        secrets: () => callers.secrets,
      });
    };
  }

  /** The roles of the callers. @internal */
  get roles(): RolePlan {
    return this.#callers.plan;
  }

  /**
   * Gives a caller a right to the tables of other callers: to `read` them, or to `write` their rows. Without other
   * callers, to all tables. With `own` it logs in with the role of the other caller, or as the owner of the database.
   */
  grants(caller: Callable | Calling, right: TableRight, ...of: (Callable | Calling)[]): this {
    this.#callers.grant({ caller: callerOf(caller), right, of: of.map((one) => callerOf(one)) });
    this.#updateRoles();
    return this;
  }

  /** Adds or removes the objects for the roles: a later call or grant can change whether callers have roles. */
  #updateRoles(): void {
    const has = this.#rolesIds !== undefined;
    if (this.#callers.haveRoles === has) return;
    if (this.#rolesIds) {
      for (const id of this.#rolesIds) this.node.tryRemoveChild(id);
      this.#rolesIds = undefined;
      this.endpoint.forget(rolesJobName(this.name));
    } else {
      const before = new Set(this.node.children.map(({ node }) => node.id));
      this.#addRoles();
      this.#rolesIds = this.node.children.map(({ node }) => node.id).filter((id) => !before.has(id));
    }
  }

  /** Its objects, for patches of fields that no option sets. */
  get objects(): DatabaseObjects {
    return new DatabaseObjects(this);
  }
}
