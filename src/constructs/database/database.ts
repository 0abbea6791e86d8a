import type { Construct } from 'constructs';
import { clientSecret, clusterPods, primaryOf } from '../../k8s/cloud-native-pg';
import { Image } from '../../images/image';
import { policyOf, type Policy } from '../../links/policy';
import { Endpoint, type Callable } from '../../links/endpoint';
import type { DatabaseEngine, DatabaseOptions } from './options';
import { deployed } from '../shared/image-settings';
import { addAccount } from '../shared/account';
import { addBackup } from './backup';
import { addCluster, CLUSTER_IMAGE } from './cluster';
import { databaseProblems } from './problems';
import { addServer } from './server';
import { Declaration } from '../shared/declaration';
import { serverOf } from './engines/index';
import { initialSqlText } from './initial-sql';
import { addObject, selectorLabels } from '../shared/object';
import { configured, type Known } from '../shared/overrides';

/** What a variable of the shell can set, and what holds where nobody says anything. */
const known = ({ engine }: DatabaseOptions): Known => ({
  numbers: ['settings.max_connections', 'instances', 'backup.keep'],
  texts: [
    'storage',
    'storageClass',
    'resources.cpu',
    'resources.memory',
    'resources.memoryLimit',
    'backup.schedule',
    'backup.storage',
  ],
  defaults: {
    engine: 'postgres',
    instances: 1,
    storage: '1Gi',
    settings: { max_connections: 200 },
    resources: serverOf(engine).resources,
  },
});

/**
 * A PostgreSQL, MySQL or MariaDB server behind one name, with its data on a claim. Its passwords are generated in the cluster on
 * the first start, in a Secret with its name. The user of the microservices owns the database, but is no superuser.
 */
export class Database extends Declaration implements Callable {
  readonly endpoint: Endpoint;
  /** Which server it runs. */
  readonly engine: DatabaseEngine;

  constructor(scope: Construct, id: string, given: DatabaseOptions = {}) {
    super(scope, id);
    const options = configured(this, id, given, known(given));
    const { engine = 'postgres', instances = 1, databaseName = this.name.replaceAll('-', '_') } = options;
    for (const finding of databaseProblems(options, databaseName)) this.problem(...finding);

    this.engine = engine;
    const server = serverOf(engine);
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
      // Only the primary accepts writes. It has a Service of its own.
      ...(several && { service: primaryOf(this.name) }),
      address: { protocol: 'database', port: server.port, databaseName, user: databaseName, secret },
    });

    const metadata = { name: this.name, labels };
    const image = deployed(this, options.image ?? Image.of(several ? CLUSTER_IMAGE : server.image));
    const common = {
      name: this.name,
      image,
      pods,
      labels,
      databaseName,
      options,
      initialSql: initialSqlText(options.initialSql),
    };
    if (several) {
      const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata };
      addObject<Policy>(this, 'network-policy', { ...policy, spec: () => policyOf(this.endpoint) });
      addCluster(this, common);
    } else {
      addAccount(this, this.endpoint, metadata);
      addServer(this, { ...common, engine, server });
    }
    if (options.backup)
      addBackup(this, { endpoint: this.endpoint, dump: server.dump, image: image.reference, options });
  }
}
