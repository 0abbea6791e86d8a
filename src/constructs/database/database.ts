import type { Construct } from 'constructs';
import { clientSecret, clusterPods, primaryOf } from '../../k8s/cloud-native-pg';
import { policyOf, type Policy } from '../../links/policy';
import { Endpoint, type Callable } from '../../links/endpoint';
import { DATABASE_OPTIONS, type DatabaseEngine, type DatabaseOptions } from './options';
import { deployed } from '../shared/image-settings';
import { addAccount } from '../shared/account';
import { addBackup } from './backup';
import { capacityOf, capacityProblems, connectionLimits } from './capacity';
import { addCluster } from './cluster';
import { DatabaseObjects } from './objects';
import { databaseProblems } from './problems';
import { addServer } from './server';
import { Declaration } from '../shared/declaration';
import { databaseDefaults, resolveDatabase } from './resolve';
import { addObject, selectorLabels } from '../shared/object';
import { configured, unknownInPart, type Known } from '../shared/overrides';

/** The options, those that an environment variable can set, and the defaults that `explain` reports. */
const knownOf = ({ engine }: DatabaseOptions): Known => ({
  names: DATABASE_OPTIONS,
  numbers: ['settings.max_connections', 'otherConnections', 'instances', 'backup.keep'],
  texts: [
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
 * cluster on the first start, in a Secret of the same name. The microservices connect as the owner of the database, not
 * as superuser.
 */
export class Database extends Declaration implements Callable {
  readonly endpoint: Endpoint;
  /** The server that it runs. */
  readonly engine: DatabaseEngine;

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
    this.endpoint = new Endpoint({
      kind: 'database',
      name: this.name,
      namespace: this.namespace,
      root: this.node.root,
      pods,
      ports: [server.port],
      // Only the primary accepts writes. It has its own Service.
      ...(several && { service: primaryOf(this.name) }),
      address: {
        protocol: 'database',
        port: server.port,
        databaseName,
        user: databaseName,
        secret,
        connections: connectionLimits(options),
      },
    });

    const metadata = { name: this.name, labels };
    const image = deployed(this, options.image);
    const capacity = () => capacityOf(this.endpoint, options);
    this.checkLater(() => {
      for (const finding of capacityProblems(this.endpoint, options)) this.problem(...finding);
    });
    const common = { name: this.name, image, pods, labels, options, capacity };
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
      addBackup(this, { endpoint: this.endpoint, dump: server.dump, image: image.reference, user, backup });
    }
  }

  /** Its objects, for patches of fields that no option sets. */
  get objects(): DatabaseObjects {
    return new DatabaseObjects(this);
  }
}
