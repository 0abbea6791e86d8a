import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Size } from 'cdk8s';
import { Database, type DatabaseEngine, type DatabaseOptions, Image, Microservice } from '../../../src/index';
import { chart, find, objectsOf } from '../render';

/** The connections of a failed node end after a minute. */
const KEEPALIVE = ['-c', 'tcp_keepalives_idle=30', '-c', 'tcp_keepalives_interval=10', '-c', 'tcp_keepalives_count=3'];

function render(options: DatabaseOptions = {}, id = 'orders-db') {
  const objects = objectsOf(
    chart((scope) => {
      const database = new Database(scope, id, options);
      new Microservice(scope, 'cart', { image: Image.of('shop/cart:1'), database });
    }),
  );
  const statefulSet = find(objects, 'StatefulSet', id);
  const pod = statefulSet.spec.template.spec;
  const caller = find(objects, 'Deployment', 'cart').spec.template.spec.containers[0].env.slice(1);
  return {
    objects,
    statefulSet,
    pod,
    container: pod.containers[0],
    caller,
    job: objects.find(({ kind }) => kind === 'Job')!,
  };
}

test('by default it is one PostgreSQL server behind a headless Service, and its claim is retained', () => {
  const { objects, statefulSet, pod, container } = render();
  expect(statefulSet.spec).toMatchObject({
    serviceName: 'orders-db',
    replicas: 1,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  });
  expect(statefulSet.spec.volumeClaimTemplates).toMatchObject([
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ]);
  expect(find(objects, 'Service', 'orders-db').spec).toMatchObject({
    clusterIP: 'None',
    ports: [{ name: 'postgres', port: 5432, targetPort: 'postgres' }],
  });
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsUser: 999, fsGroup: 999, runAsNonRoot: true },
  });
  expect(container).toMatchObject({
    image: 'postgres:17',
    args: ['-c', 'max_connections=200', '-c', 'shared_buffers=128MB', ...KEEPALIVE],
    securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    resources: { requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '1280Mi' } },
  });
  expect(objects.map(({ kind }) => kind)).not.toContain('CronJob');
});

test.each<[DatabaseEngine, string, number, string, object, string[]]>([
  ['postgres', 'postgres:17', 5432, '/var/lib/postgresql/data', {}, ['/var/run/postgresql', '/dev/shm', '/tmp']],
  ['mariadb', 'mariadb:11.8', 3306, '/var/lib/mysql', { subPath: 'data' }, ['/run/mysqld', '/tmp']],
  ['mysql', 'mysql:8.4', 3306, '/var/lib/mysql', { subPath: 'data' }, ['/run/mysqld', '/tmp']],
])(
  '%s: callers get the same variables, and the server can write only to its claim and to emptyDir volumes',
  (engine, image, port, path, more, scratch) => {
    const { objects, pod, container, caller } = render({ engine });
    expect(container).toMatchObject({ name: engine, image, ports: [{ name: engine, containerPort: port }] });
    expect(find(objects, 'Service', 'orders-db').spec.ports).toEqual([
      { name: engine, port, protocol: 'TCP', targetPort: engine },
    ]);
    expect(find(objects, 'NetworkPolicy', 'orders-db').spec.ingress[0].ports).toEqual([{ port, protocol: 'TCP' }]);
    expect(caller).toEqual([
      { name: 'DATABASE_HOST', value: 'orders-db' },
      { name: 'DATABASE_PORT', value: String(port) },
      { name: 'DATABASE_NAME', value: 'orders_db' },
      { name: 'DATABASE_USER', value: 'orders_db' },
      { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: 'orders-db', key: 'password' } } },
      { name: 'DATABASE_POOL', value: '5' },
    ]);
    expect(container.volumeMounts[0]).toEqual({ name: 'data', mountPath: path, ...more });
    const writable = container.volumeMounts.slice(1).filter(({ readOnly }: { readOnly?: boolean }) => !readOnly);
    expect(writable.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual(scratch);
    for (const { name } of writable)
      expect(pod.volumes.find((volume: { name: string }) => volume.name === name)).toHaveProperty('emptyDir.sizeLimit');
  },
);

test.each<DatabaseEngine>(['postgres', 'mariadb', 'mysql'])(
  '%s is ready if the application user can run a query over the network',
  (engine) => {
    const { container } = render({ engine });
    const [shell, , query] = container.readinessProbe.exec.command;
    expect([shell, query]).toEqual(['bash', expect.stringMatching(/SELECT 1/)]);
    expect(query).toMatch(
      engine === 'postgres'
        ? /PGPASSWORD="\$APPLICATION_PASSWORD".* -h localhost -U "\$APPLICATION_DATABASE"/
        : /"\$\{M\w+_PASSWORD.*--user="\$M\w+_USER".*--protocol=tcp --host=127\.0\.0\.1/,
    );
    expect(query).not.toMatch(/root/i);
    // A server has one hour to recover, and is not killed while it recovers.
    expect(container.startupProbe.exec).toEqual(container.readinessProbe.exec);
    expect(container.startupProbe.periodSeconds * container.startupProbe.failureThreshold).toBe(3600);
    expect(container.livenessProbe).toMatchObject({ tcpSocket: { port: engine } });
  },
);

test('PostgreSQL gets SIGINT and does not wait for its clients; the other servers stop on SIGTERM', () => {
  const stop = (engine: DatabaseEngine) => render({ engine }).container.lifecycle?.preStop.exec.command.at(-1);
  expect([stop('postgres'), stop('mariadb'), stop('mysql')]).toEqual(['kill -INT 1', undefined, undefined]);
  expect(render().pod.terminationGracePeriodSeconds).toBe(120);
});

test.each<[DatabaseEngine, Record<string, string>]>([
  ['postgres', { POSTGRES_PASSWORD: 'root-password', APPLICATION_PASSWORD: 'password' }],
  ['mariadb', { MARIADB_ROOT_PASSWORD: 'root-password', MARIADB_PASSWORD: 'password' }],
  ['mysql', { MYSQL_ROOT_PASSWORD: 'root-password', MYSQL_PASSWORD: 'password' }],
])('%s: no manifest contains a password; a Job creates the Secret, and may do nothing else', (engine, keys) => {
  const { objects, container, job } = render({ engine });
  expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
  expect(JSON.parse(job.metadata.annotations!['callsign.dev/makes-secret']!)).toEqual({
    'orders-db': ['password', 'root-password'],
  });
  expect(find(objects, 'Role', 'orders-db-password').rules).toEqual([
    { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
  ]);
  expect(find(objects, 'RoleBinding', 'orders-db-password')).toMatchObject({
    roleRef: { kind: 'Role', name: 'orders-db-password' },
    subjects: [{ kind: 'ServiceAccount', name: 'orders-db-password', namespace: 'shop' }],
  });
  expect(job).toMatchObject({
    spec: { template: { spec: { serviceAccountName: 'orders-db-password', automountServiceAccountToken: true } } },
  });
  const passwords = container.env.filter(({ name }: { name: string }) => name.endsWith('PASSWORD'));
  expect(passwords).toEqual(
    Object.entries(keys).map(([name, key]) => ({ name, valueFrom: { secretKeyRef: { name: 'orders-db', key } } })),
  );
});

test('the Job can connect only to the API server and to DNS; nothing can connect to it', () => {
  const { egress, ...spec } = find(render().objects, 'NetworkPolicy', 'orders-db-password').spec;
  expect(spec).not.toHaveProperty('ingress');
  expect(egress.slice(1)).toEqual([
    {
      ports: [
        { port: 443, protocol: 'TCP' },
        { port: 6443, protocol: 'TCP' },
      ],
    },
  ]);
});

test('a changed Job gets another name, because its spec is immutable', () => {
  const { job } = render();
  expect(job.metadata.name).toMatch(/^orders-db-password-[0-9a-f]{8}$/);
  expect(render().job.metadata.name).toBe(job.metadata.name);
  expect(render({ passwordImage: Image.of('node:24.9.0-slim') }).job.metadata.name).not.toBe(job.metadata.name);
});

test('every option sets its fields', () => {
  const { statefulSet, container, pod } = render({
    image: Image.of('postgres:18.1-alpine'),
    user: 70,
    storage: Size.gibibytes(20),
    storageClass: 'fast',
    databaseName: 'orders',
    settings: { shared_buffers: '64MB' },
    resources: { memory: '256Mi' },
  });
  expect(statefulSet.spec.volumeClaimTemplates[0].spec).toMatchObject({
    storageClassName: 'fast',
    resources: { requests: { storage: '20Gi' } },
  });
  expect(statefulSet.metadata.annotations).toEqual({
    'callsign.dev/engine': 'postgres',
    'callsign.dev/database': 'orders',
  });
  expect(container).toMatchObject({
    image: 'postgres:18.1-alpine',
    args: ['-c', 'max_connections=200', ...KEEPALIVE, '-c', 'shared_buffers=64MB'],
  });
  expect(container.resources.requests).toEqual({ cpu: '100m', memory: '256Mi' });
  expect(container.env).toContainEqual({ name: 'APPLICATION_DATABASE', value: 'orders' });
  expect(pod.securityContext).toMatchObject({ runAsUser: 70, fsGroup: 70 });
});

test('MySQL and MariaDB get settings as arguments, and their own resources and variables', () => {
  const mysql = render({
    engine: 'mysql',
    settings: { innodb_buffer_pool_size: '256M', max_connections: 50 },
  }).container;
  expect(mysql.args).toEqual(['--innodb_buffer_pool_size=256M', '--max_connections=50']);
  expect(mysql.resources).toEqual({ requests: { cpu: '100m', memory: '656Mi' }, limits: { memory: '1024Mi' } });
  expect(mysql.env).toContainEqual({ name: 'MYSQL_ROOT_HOST', value: 'localhost' });
  expect(render({ engine: 'mariadb' }).container.env).toContainEqual({ name: 'MARIADB_AUTO_UPGRADE', value: '1' });
});

describe('initial SQL', () => {
  const data = (options: DatabaseOptions) =>
    (render(options).objects.find(({ kind }) => kind === 'ConfigMap') as { data?: Record<string, string> } | undefined)
      ?.data;
  const mounts = (options: DatabaseOptions) =>
    render(options)
      .container.volumeMounts.filter(({ name }: { name: string }) => name === 'init')
      .map(({ mountPath }: { mountPath: string }) => mountPath);

  test.each<[DatabaseEngine, string, RegExp]>([
    [
      'postgres',
      '10-application.sh',
      /psql .*-U "\$APPLICATION_DATABASE" -d "\$APPLICATION_DATABASE" -f \/etc\/initial\.sql\n\}/,
    ],
    ['mariadb', '10-initial.sh', /mariadb .*--user="\$MARIADB_USER".*--protocol=socket < \/etc\/initial\.sql\n\}/],
    ['mysql', '10-initial.sh', /mysql .*--user="\$MYSQL_USER".*--protocol=socket < \/etc\/initial\.sql\n\}/],
  ])('%s: it runs as the application user, and each file is a separate mount', (engine, script, line) => {
    const options = { engine, initialSql: 'CREATE TABLE a (id int);' };
    expect(data(options)).toEqual({ [script]: expect.stringMatching(line), 'initial.sql': 'CREATE TABLE a (id int);' });
    expect(mounts(options)).toEqual([`/docker-entrypoint-initdb.d/${script}`, '/etc/initial.sql']);
  });

  test('the application user of PostgreSQL has all rights only if the chart says so', () => {
    const script = (options: object) => data(options)!['10-application.sh'];
    expect(script({})).toContain('CREATE ROLE :"name" LOGIN PASSWORD');
    expect(script({ superuser: true })).toContain('CREATE ROLE :"name" LOGIN SUPERUSER PASSWORD');
  });

  test('without initial SQL MySQL has no script; an empty text is no SQL', () => {
    expect([
      data({ engine: 'mysql' }),
      mounts({ engine: 'mysql' }),
      data({ engine: 'mariadb', initialSql: '\n' }),
    ]).toEqual([undefined, [], undefined]);
    expect(Object.keys(data({})!)).toEqual(['10-application.sh']);
  });

  test('it can be in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'callsign-sql-'));
    try {
      writeFileSync(join(folder, 'first.sql'), 'SELECT 1;\n');
      expect(data({ initialSql: { file: join(folder, 'first.sql') } })!['initial.sql']).toBe('SELECT 1;\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a changed text does not replace the pod', () => {
    expect(render({ initialSql: 'SELECT 2;' }).statefulSet).toEqual(render({ initialSql: 'SELECT 1;' }).statefulSet);
  });
});
