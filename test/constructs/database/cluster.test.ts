import { check } from '../../../src/check/check';
import { Database, type DatabaseOptions, Image, Microservice } from '../../../src/index';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf } from '../render';

function app(options: DatabaseOptions) {
  return chart((scope) => {
    const database = new Database(scope, 'orders', { instances: 3, ...options });
    new Microservice(scope, 'cart', { image: Image.of('shop/cart:1'), database });
  });
}
const objectsWith = (options: DatabaseOptions = {}) => objectsOf(app(options));

/**
 * The fields of a Cluster that the manifests set, from the CRD of CloudNativePG: their types, and whether they are
 * required.
 */
const QUANTITY = /^\d+(\.\d+)?([KMGTPE]i?|m)?$/;
const text =
  (pattern = /./) =>
  (value: unknown) =>
    typeof value === 'string' && pattern.test(value);
const texts = (value: unknown) =>
  typeof value === 'object' && Object.values(value!).every((item) => typeof item === 'string');
const CLUSTER: Record<string, (value: unknown) => boolean> = {
  'spec.instances!': (value) => Number.isInteger(value) && (value as number) >= 1,
  'spec.smartShutdownTimeout': (value) => Number.isInteger(value) && (value as number) > 0,
  // The operator reads the major version from the start of the tag.
  'spec.imageName': text(/:\d+[.\-_\w]*(@sha256:[0-9a-f]{64})?$/),
  'spec.storage.size': text(QUANTITY),
  'spec.storage.storageClass': text(),
  'spec.resources.requests.cpu': text(QUANTITY),
  'spec.resources.requests.memory': text(QUANTITY),
  'spec.resources.limits.memory': text(QUANTITY),
  'spec.postgresql.parameters': texts,
  'spec.postgresql.synchronous.method': text(/^(any|first)$/),
  'spec.postgresql.synchronous.number': (value) => Number.isInteger(value) && (value as number) >= 1,
  'spec.postgresql.synchronous.dataDurability': text(/^(required|preferred)$/),
  'spec.postgresql.synchronous.failoverQuorum': (value) => typeof value === 'boolean',
  'spec.bootstrap.initdb.database': text(),
  'spec.bootstrap.initdb.owner': text(),
  'spec.bootstrap.initdb.postInitApplicationSQLRefs.configMapRefs': (value) =>
    Array.isArray(value) &&
    value.every(
      (ref) =>
        texts(ref) &&
        Object.keys(ref as object)
          .toSorted()
          .join() === 'key,name',
    ),
};

/** The fields of an object that are unknown in the CRD, or have another type there. */
function faults(object: unknown, at = ''): string[] {
  const entry = Object.entries(CLUSTER).find(([field]) => field.replace('!', '') === at);
  if (entry) return entry[1](object) ? [] : [`${at}: ${JSON.stringify(object)}`];
  if (
    typeof object !== 'object' ||
    object === null ||
    !Object.keys(CLUSTER).some((field) => field.startsWith(`${at}.`))
  )
    return [`${at} is unknown`];
  return Object.entries(object).flatMap(([key, value]) => faults(value, `${at}.${key}`));
}
const faultsOf = ({ spec }: { spec: object }) => [
  ...faults(spec, 'spec'),
  ...Object.keys(CLUSTER)
    .filter((field) => field.endsWith('!') && !(field.slice(5, -1) in spec))
    .map((field) => `${field} is missing`),
];

test('with two or more instances it is a CloudNativePG Cluster that matches the CRD', () => {
  const options = {
    storage: '20Gi',
    storageClass: 'fast',
    settings: { shared_buffers: '256MB' },
    resources: { memory: '1Gi', memoryLimit: '2Gi' },
    initialSql: 'CREATE TABLE a (id int)',
  };
  const objects = objectsWith({
    databaseName: 'shop',
    image: Image.of('registry.example.com/postgresql:17.6-3'),
    ...options,
  });
  const cluster = find(objects, 'Cluster', 'orders');
  expect(cluster.apiVersion).toBe('postgresql.cnpg.io/v1');
  expect(faultsOf(cluster)).toEqual([]);
  expect(cluster.spec).toEqual({
    instances: 3,
    imageName: 'registry.example.com/postgresql:17.6-3',
    smartShutdownTimeout: 1,
    storage: { size: '20Gi', storageClass: 'fast' },
    resources: { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '2Gi' } },
    postgresql: {
      parameters: {
        max_connections: '200',
        shared_buffers: '256MB',
        tcp_keepalives_idle: '30',
        tcp_keepalives_interval: '10',
        tcp_keepalives_count: '3',
      },
      synchronous: { method: 'any', number: 1, dataDurability: 'required', failoverQuorum: true },
    },
    bootstrap: {
      initdb: {
        database: 'shop',
        owner: 'shop',
        postInitApplicationSQLRefs: { configMapRefs: [{ name: 'orders', key: 'initial.sql' }] },
      },
    },
  });
  expect(faultsOf(find(objectsWith(), 'Cluster', 'orders'))).toEqual([]);
});

test.each([
  [2, { number: 1, dataDurability: 'preferred' }],
  [3, { number: 1, dataDurability: 'required' }],
  [5, { number: 2, dataDurability: 'required' }],
])(
  'with %i servers, a majority has each answered write, and two continue without the standby',
  (instances, expected) => {
    const { postgresql } = find(objectsWith({ instances }), 'Cluster', 'orders').spec as {
      postgresql: { synchronous: object };
    };
    expect(postgresql.synchronous).toEqual({ method: 'any', failoverQuorum: true, ...expected });
  },
);

test('the comparison with the CRD finds wrong fields', () => {
  expect(
    faultsOf({
      spec: { instances: 0, imageName: 'postgresql:latest', storage: { size: 1, class: 'fast' }, replicas: 3 },
    }),
  ).toEqual([
    'spec.instances: 0',
    'spec.imageName: "postgresql:latest"',
    'spec.storage.size: 1',
    'spec.storage.class is unknown',
    'spec.replicas is unknown',
  ]);
  expect(faultsOf({ spec: {} })).toEqual(['spec.instances! is missing']);
});

test('the objects of a single server are omitted, because the operator creates its own', () => {
  const kinds = objectsWith({ backup: {} })
    .filter(({ metadata }) => metadata.name.startsWith('orders'))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(kinds).toEqual([
    'NetworkPolicy orders',
    'NetworkPolicy orders-backup',
    'NetworkPolicy orders-cluster',
    'ServiceAccount orders-backup',
    'PersistentVolumeClaim orders-backup',
    'CronJob orders-backup',
    'CronJob orders-restore',
    'Cluster orders',
  ]);
});

test('callers get the address of the primary, and the password from the Secret of the operator', () => {
  const env = (options: DatabaseOptions) =>
    find(objectsWith(options), 'Deployment', 'cart').spec.template.spec.containers[0].env.slice(1);
  expect(env({ databaseName: 'shop' })).toEqual([
    { name: 'DATABASE_HOST', value: 'orders-rw' },
    { name: 'DATABASE_PORT', value: '5432' },
    { name: 'DATABASE_NAME', value: 'shop' },
    { name: 'DATABASE_USER', value: 'shop' },
    { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: 'orders-app', key: 'password' } } },
    { name: 'DATABASE_POOL', value: '5' },
  ]);
  // The names of the variables are the same as for one server, so the program does not change.
  expect(env({}).map(({ name }: { name: string }) => name)).toEqual(
    env({ instances: 1 }).map(({ name }: { name: string }) => name),
  );
});

test('the policies allow connections from callers, between the servers, and from the operator', () => {
  const objects = objectsWith();
  const pods = { podSelector: { matchLabels: { 'cnpg.io/cluster': 'orders' } } };
  const tcp = (...ports: number[]) => ports.map((port) => ({ port, protocol: 'TCP' }));
  expect(find(objects, 'NetworkPolicy', 'cart').spec.egress[1]).toEqual({ to: [pods], ports: tcp(5432) });
  expect(find(objects, 'NetworkPolicy', 'orders').spec).toMatchObject({ ...pods, ingress: [{ ports: tcp(5432) }] });
  expect(find(objects, 'NetworkPolicy', 'orders-cluster').spec).toEqual({
    ...pods,
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [
          pods,
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cnpg-system' } },
            podSelector: { matchLabels: { 'app.kubernetes.io/name': 'cloudnative-pg' } },
          },
        ],
        ports: tcp(5432, 8000),
      },
    ],
    egress: [{ to: [pods], ports: tcp(5432, 8000) }, { ports: tcp(443, 6443) }],
  });
});

test('initial SQL runs as the user of the database, although the operator connects as superuser', () => {
  const { data } = find(objectsWith({ initialSql: 'CREATE TABLE a (id int) -- no end' }), 'ConfigMap', 'orders');
  expect(data['initial.sql']).toBe('SET ROLE "orders";\nCREATE TABLE a (id int) -- no end\n;\nRESET ROLE;\n');
});

test('check knows the objects that the operator creates', () => {
  expect(check(synthesize(app({ backup: {} })).flatMap(({ manifests }) => manifests))).toEqual([]);
});
