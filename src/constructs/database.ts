import type { V1ConfigMap, V1Container, V1Service, V1StatefulSet, V1StatefulSetSpec } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { Image } from '../k8s/image';
import { byteQuantity, type ByteAmount } from '../k8s/plus';
import { show } from '../k8s/problem';
import { Endpoint, type Callable } from '../links/endpoint';
import { Declaration } from './private/declaration';
import { imageProblems } from './private/value-problems';
import { addAccount } from './private/account';
import { addObject, selectorLabels } from './private/object';
import { addPasswordJob } from './private/password-job';
import { deployed } from './image-settings';
import { configured, type Known } from './private/settings';
import { CONTAINER_SECURITY, podDefaults } from './private/pod';
import { quantityProblems, resourceProblems, resourceRequirements, type Resources } from './resources';

/** What makes up a database. Nothing has to be said. */
export interface DatabaseOptions {
  /**
   * The PostgreSQL image.
   * @default Image.of('postgres:17')
   */
  readonly image?: Image;
  /**
   * The size of the claim that holds the data.
   * @default '1Gi'
   */
  readonly storage?: ByteAmount;
  /**
   * The storage class of the claim.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * The name of the database in the server; also that of the user who owns it.
   * @default - the name of the construct, with underscores for dashes
   */
  readonly databaseName?: string;
  /**
   * Settings of the server, beside those that it gets in any case.
   * @default { max_connections: 200 }
   */
  readonly settings?: Readonly<Record<string, string | number>>;
  /**
   * What it asks of its node.
   * @default - 100m cpu and 128Mi memory, ended at 512Mi
   */
  readonly resources?: Resources;
  /**
   * The image with Node.js that makes the password, once, inside the cluster.
   * @default Image.of('node:24-slim')
   */
  readonly passwordImage?: Image;
}

/** What a variable of the shell can set, and what holds where nobody says anything. */
const KNOWN: Known = {
  numbers: ['settings.max_connections'],
  texts: ['storage', 'storageClass', 'resources.cpu', 'resources.memory', 'resources.memoryLimit'],
  defaults: {
    storage: '1Gi',
    settings: { max_connections: 200 },
    resources: { cpu: '100m', memory: '128Mi', memoryLimit: '512Mi' },
  },
};

const PORT = 5432;
/** The user of the official image, by number: a name could not be told from root's. */
const POSTGRES = 999;

/**
 * A PostgreSQL server behind one name, with its data on a claim. Its passwords are made inside the cluster on the
 * first start and stand in a Secret of its name; the microservices own their database, but are not its superuser.
 */
export class Database extends Declaration implements Callable {
  readonly endpoint: Endpoint;

  constructor(scope: Construct, id: string, given: DatabaseOptions = {}) {
    super(scope, id);
    const options = configured(this, id, given, KNOWN);
    const { databaseName = this.name.replaceAll('-', '_') } = options;
    const pods = selectorLabels(this.name, this.namespace);
    const metadata = { name: this.name, labels: pods };
    this.#check(options, databaseName);
    this.endpoint = new Endpoint({
      kind: 'database',
      name: this.name,
      namespace: this.namespace,
      path: this.node.path,
      root: this.node.root,
      pods,
      ports: [PORT],
      variables: (prefix, host) => [
        { name: `${prefix}_HOST`, value: host },
        { name: `${prefix}_PORT`, value: String(PORT) },
        { name: `${prefix}_NAME`, value: databaseName },
        { name: `${prefix}_USER`, value: databaseName },
        { name: `${prefix}_PASSWORD`, valueFrom: { secretKeyRef: { name: this.name, key: 'password' } } },
      ],
    });

    addPasswordJob(this, {
      secret: this.name,
      keys: ['password', 'root-password'],
      image: options.passwordImage ?? Image.of('node:24-slim'),
    });
    addAccount(this, this.endpoint, metadata);
    addObject<V1ConfigMap>(this, 'config-map', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { '10-application.sh': INIT } });
    addObject<V1Service>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        type: 'ClusterIP',
        clusterIP: 'None',
        selector: pods,
        ports: [{ name: 'postgres', port: PORT, protocol: 'TCP', targetPort: 'postgres' }],
      },
    });
    addObject<V1StatefulSet>(this, 'stateful-set', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata,
      spec: {
        serviceName: this.name,
        replicas: 1,
        selector: { matchLabels: pods },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        template: {
          metadata: { labels: pods },
          spec: {
            serviceAccountName: this.name,
            ...podDefaults(POSTGRES),
            terminationGracePeriodSeconds: 60,
            containers: [this.#container(options, databaseName)],
            volumes: [
              { name: 'init', configMap: { name: this.name } },
              { name: 'run', emptyDir: { sizeLimit: '16Mi' } },
              { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
            ],
          },
        },
        volumeClaimTemplates: this.#claims(options),
      },
    });
  }

  #container({ image = Image.of('postgres:17'), settings, resources }: DatabaseOptions, databaseName: string): V1Container {
    const secret = (key: string) => ({ secretKeyRef: { name: this.name, key } });
    const sql = [
      'sh',
      '-c',
      'PGPASSWORD="$POSTGRES_PASSWORD" exec psql -h localhost -U postgres -d "$APPLICATION_DATABASE" -qAtc "SELECT 1"',
    ];
    return {
      name: 'postgres',
      image: deployed(this, image).reference,
      imagePullPolicy: 'IfNotPresent',
      args: Object.entries({ max_connections: 200, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      env: [
        { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
        { name: 'POSTGRES_PASSWORD', valueFrom: secret('root-password') },
        { name: 'APPLICATION_DATABASE', value: databaseName },
        { name: 'APPLICATION_PASSWORD', valueFrom: secret('password') },
      ],
      ports: [{ name: 'postgres', containerPort: PORT, protocol: 'TCP' }],
      // Over TCP: while the image sets up a new database, a server that answers only on the socket is running.
      startupProbe: { exec: { command: sql }, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 60 },
      readinessProbe: { exec: { command: sql }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2 },
      livenessProbe: { tcpSocket: { port: 'postgres' }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      resources: resourceRequirements({ cpu: '100m', memory: '128Mi', memoryLimit: '512Mi', ...resources }),
      securityContext: CONTAINER_SECURITY,
      volumeMounts: [
        { name: 'data', mountPath: '/var/lib/postgresql/data' },
        { name: 'init', mountPath: '/docker-entrypoint-initdb.d', readOnly: true },
        { name: 'run', mountPath: '/var/run/postgresql' },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    };
  }

  #claims({ storage = '1Gi', storageClass }: DatabaseOptions): V1StatefulSetSpec['volumeClaimTemplates'] {
    const requests = { storage: byteQuantity(storage) };
    return [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], ...(storageClass && { storageClassName: storageClass }), resources: { requests } },
      },
    ];
  }

  #check({ image, passwordImage, storage = '1Gi', settings = {}, resources }: DatabaseOptions, databaseName: string): void {
    for (const [field, value] of Object.entries({ image, passwordImage })) {
      if (value !== undefined) for (const finding of imageProblems(value, field)) this.problem(...finding);
    }
    for (const finding of resourceProblems(resources)) this.problem(...finding);
    for (const finding of quantityProblems('storage', byteQuantity(storage), '1Gi')) this.problem(...finding);
    if (!/^[a-z_][a-z0-9_]{0,62}$/.test(databaseName)) {
      this.problem('name-invalid', {
        message: 'It cannot be the name of a database and its user.',
        field: 'databaseName',
        expected: 'lower-case letters, digits and underscores, 63 at most',
        got: show(databaseName),
        mend: 'Choose a plain name.',
      });
    }
    for (const name of Object.keys(settings)) {
      if (!/^[a-z_][a-z0-9_.]*$/.test(name)) {
        this.problem('name-invalid', {
          message: 'It is not the name of a setting of PostgreSQL.',
          field: `settings.${name}`,
          expected: 'a name such as max_connections',
          got: show(name),
          mend: 'Look the setting up in the manual of PostgreSQL.',
        });
      }
    }
  }
}

/** Runs once, before the server takes connections: the user of the microservices owns one database and nothing else. */
const INIT = `psql -v ON_ERROR_STOP=1 -U postgres -d postgres \\
  -v name="$APPLICATION_DATABASE" -v password="$APPLICATION_PASSWORD" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
SQL
`;
