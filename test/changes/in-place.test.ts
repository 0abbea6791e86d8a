import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Database, type DatabaseOptions, EventLog, type EventLogOptions, Image, Microservice } from '../../src/index';
import type { KubeObject, Manifest } from '../../src/k8s/objects';
import { inPlaceProblems } from '../../src/changes/in-place';
import { previousObjects } from '../../src/changes/previous';
import { MARK, toYaml } from '../../src/synth/yaml';
import { chart, objectsOf } from '../constructs/render';

const manifestOf = (object: KubeObject): Manifest => ({
  object,
  path: 'shop/it',
  place: () => ({ file: 'shop.ts', line: 1 }),
});
const read = (yaml: string) => parseAllDocuments(yaml).map((document) => document.toJS() as KubeObject);
const problems = (before: readonly KubeObject[], after: readonly KubeObject[], replaced?: string[]) =>
  inPlaceProblems(before, after.map(manifestOf), replaced);

/** An object as one line of YAML: its kind, and its fields other than metadata. */
const object = (apiVersion: string, kind: string, rest: string) =>
  `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: it, namespace: shop }, ${rest} }`;
const deployment = (rest: string) => object('apps/v1', 'Deployment', `spec: { ${rest} }`);
const set = (rest: string) => object('apps/v1', 'StatefulSet', `spec: { ${rest} }`);
const template = (rest: string, size = '1Gi') =>
  set(
    `volumeClaimTemplates: [{ metadata: { name: data }, spec: { ${rest}resources: { requests: { storage: ${size} } } } }]`,
  );
const job = (rest: string) => object('batch/v1', 'Job', `spec: { ${rest} }`);
const service = (rest: string) => object('v1', 'Service', `spec: { ${rest} }`);
const claim = (rest: string, size = '1Gi') =>
  object('v1', 'PersistentVolumeClaim', `spec: { ${rest}resources: { requests: { storage: ${size} } } }`);
const role = (name: string) =>
  object('rbac.authorization.k8s.io/v1', 'RoleBinding', `roleRef: { kind: Role, name: ${name} }`);
const map = (rest: string, kind = 'ConfigMap') => object('v1', kind, rest);
const cluster = (size: string) => object('postgresql.cnpg.io/v1', 'Cluster', `spec: { storage: { size: ${size} } }`);

/** Each entry: what changes, from, to, the field of the problem, and a part of the fix. */
const REFUSED: [what: string, from: string, to: string, field: string, fix: string][] = [
  [
    'the selector of a Deployment',
    deployment('selector: { matchLabels: { app: a } }'),
    deployment('selector: { matchLabels: { app: b } }'),
    'spec.selector',
    'kubectl -n shop delete deployment it ',
  ],
  [
    'the selector of a StatefulSet',
    set('selector: { matchLabels: { app: a } }'),
    set('selector: { matchLabels: { app: a, b: c } }'),
    'spec.selector',
    'kubectl -n shop delete statefulset it (its pods stop',
  ],
  [
    'the Service of a StatefulSet',
    set('serviceName: a'),
    set('serviceName: b'),
    'spec.serviceName',
    'kubectl -n shop delete statefulset it --cascade=orphan',
  ],
  [
    'the pod management policy of a StatefulSet',
    set('replicas: 1'),
    set('podManagementPolicy: Parallel'),
    'spec.podManagementPolicy',
    '--cascade=orphan',
  ],
  [
    'a claim of a StatefulSet that shrinks',
    template('', '2Gi'),
    template('', '1Gi'),
    'spec.volumeClaimTemplates[0].spec.resources.requests.storage',
    'kubectl -n shop delete persistentvolumeclaim data-it-0',
  ],
  [
    'a claim of a StatefulSet that grows',
    template('', '1Gi'),
    template('', '1.5Gi'),
    'spec.volumeClaimTemplates[0].spec.resources.requests.storage',
    `kubectl -n shop patch persistentvolumeclaim data-it-0 -p '{"spec":{"resources":{"requests":{"storage":"1.5Gi"}}}}'`,
  ],
  [
    'the class of a claim of a StatefulSet',
    template('storageClassName: a, '),
    template('storageClassName: b, '),
    'spec.volumeClaimTemplates',
    'restore it',
  ],
  [
    'a new claim of a StatefulSet',
    set('replicas: 1'),
    template(''),
    'spec.volumeClaimTemplates',
    'kubectl -n shop delete statefulset it',
  ],
  [
    'the template of a Job',
    job('template: { spec: { containers: [{ image: "a:1" }] } }'),
    job('template: { spec: { containers: [{ image: "a:2" }] } }'),
    'spec.template',
    'kubectl -n shop delete job it ',
  ],
  [
    'the completion mode of a Job',
    job('parallelism: 2'),
    job('completionMode: Indexed'),
    'spec.completionMode',
    'delete job',
  ],
  [
    'a Service that becomes headless',
    service('selector: { app: a }'),
    service('clusterIP: None'),
    'spec.clusterIP',
    'kubectl -n shop delete service it ',
  ],
  [
    'a headless Service that gets a cluster IP',
    service('clusterIP: None'),
    service('type: ClusterIP'),
    'spec.clusterIP',
    'delete service',
  ],
  [
    'the cluster IP of a Service',
    service('clusterIP: 10.0.0.1'),
    service('clusterIP: 10.0.0.2'),
    'spec.clusterIP',
    'delete service',
  ],
  ['the role of a binding', role('a'), role('b'), 'roleRef', 'kubectl -n shop delete rolebinding it '],
  [
    'an immutable ConfigMap',
    map('immutable: true, data: { a: "1" }'),
    map('immutable: true, data: { a: "2" }'),
    'data',
    'a new name instead',
  ],
  [
    'a ConfigMap that was immutable',
    map('immutable: true, data: {}'),
    map('data: {}'),
    'immutable',
    'delete configmap',
  ],
  [
    'an immutable Secret',
    map('immutable: true, stringData: { a: "1" }', 'Secret'),
    map('immutable: true, stringData: { a: "2" }', 'Secret'),
    'stringData',
    'delete secret',
  ],
  [
    'the type of a Secret',
    map('data: {}', 'Secret'),
    map('type: kubernetes.io/tls', 'Secret'),
    'type',
    'delete secret',
  ],
  [
    'a claim that shrinks',
    claim('', '2Gi'),
    claim('', '2000M'),
    'spec.resources.requests.storage',
    'kubectl -n shop delete persistentvolumeclaim it ',
  ],
  ['the class of a claim', claim('storageClassName: a, '), claim(''), 'spec', 'delete persistentvolumeclaim'],
  [
    'the storage of a Cluster that shrinks',
    cluster('2Gi'),
    cluster('1Gi'),
    'spec.storage.size',
    'kubectl -n shop delete cluster it',
  ],
  [
    'the provisioner of a StorageClass',
    object('storage.k8s.io/v1', 'StorageClass', 'provisioner: a'),
    object('storage.k8s.io/v1', 'StorageClass', 'provisioner: b'),
    'provisioner',
    'delete storageclass',
  ],
];

test.each(REFUSED)('refused: %s', (_what, from, to, field, fix) => {
  const found = problems(read(from), read(to));
  expect(found).toMatchObject([
    {
      code: 'change-not-in-place',
      field,
      path: 'shop/it',
      place: { file: 'shop.ts', line: 1 },
      object: expect.stringMatching(/ shop\/it$/),
    },
  ]);
  const reference = `${read(to)[0]!.kind.toLowerCase()}/it`;
  expect(found[0]!.fix).toMatch(
    new RegExp(`^Undo the change\\. Or make it by hand: callsign synth --replace ${reference}, then .*\\.$`),
  );
  expect(found[0]!.fix).toContain(fix);
  expect(problems(read(from), read(to), [reference])).toEqual([]);
  expect(problems(read(from), read(to), ['deployment/other'])).toHaveLength(1);
  expect(problems(read(from), read(from))).toEqual([]);
});

/** Changes that the cluster makes in place, and changes that create another object. */
const ALLOWED: [what: string, from: string, to: string][] = [
  [
    'replicas and images',
    deployment('replicas: 1, selector: { matchLabels: { a: b, c: d } }'),
    deployment('selector: { matchLabels: { c: d, a: b } }, template: {}, replicas: 2'),
  ],
  ['a default value that is no longer set', set('podManagementPolicy: OrderedReady'), set('replicas: 1')],
  ['the same size in another unit', template('', '1Gi'), template('volumeMode: Filesystem, ', '1024Mi')],
  ['a claim that grows', claim('', '1Gi'), claim('volumeMode: Filesystem, ', '2Gi')],
  ['a suspended Job', job('suspend: true'), job('suspend: false, ttlSecondsAfterFinished: 60')],
  [
    'ports of a Service',
    service('clusterIP: None, ports: [{ port: 80 }]'),
    service('clusterIP: None, ports: [{ port: 81 }]'),
  ],
  ['a cluster IP that is no longer set', service('clusterIP: 10.0.0.1'), service('type: ClusterIP')],
  [
    'a Service that becomes an ExternalName',
    service('clusterIP: None'),
    service('type: ExternalName, externalName: a.example.com'),
  ],
  ['a ConfigMap that becomes immutable', map('data: { a: "1" }'), map('data: { a: "2" }, immutable: true')],
  [
    'the same data in another order',
    map('immutable: true, data: { a: "1", b: "2" }'),
    map('data: { b: "2", a: "1" }, immutable: true, binaryData: null'),
  ],
  ['the default type of a Secret', map('data: {}', 'Secret'), map('type: Opaque', 'Secret')],
  ['the storage of a Cluster that grows', cluster('1Gi'), cluster('2Gi')],
  [
    'a kind without rules',
    object('example.com/v1', 'Deployment', 'spec: { selector: a }'),
    object('example.com/v1', 'Deployment', 'spec: { selector: b }'),
  ],
  [
    'an object with another name',
    deployment('selector: a'),
    deployment('selector: b').replace('name: it', 'name: other'),
  ],
  [
    'an object in another namespace',
    deployment('selector: a'),
    deployment('selector: b').replace('namespace: shop', 'namespace: bank'),
  ],
];

test.each(ALLOWED)('accepted: %s', (_what, from, to) => expect(problems(read(from), read(to))).toEqual([]));

test('long values are cut around the first difference', () => {
  const name = (end: string) => `${'a-very-long-name-'.repeat(8)}${end}`;
  const [problem] = problems(read(set(`serviceName: ${name('old')}`)), read(set(`serviceName: ${name('new')}`)));
  expect(problem!.expected).toMatch(/^no change: \.\.\..*-old"$/);
  expect(problem!.got).toMatch(/^\.\.\..*-new"$/);
});

test('reports all problems', () => {
  const from = [set('serviceName: a, selector: a'), role('a')].join('\n---\n');
  const to = [set('serviceName: b, selector: b'), role('b')].join('\n---\n');
  expect(problems(read(from), read(to)).map(({ field }) => field)).toEqual([
    'spec.selector',
    'spec.serviceName',
    'roleRef',
  ]);
});

describe('the data of a database', () => {
  const render = (options: DatabaseOptions) =>
    objectsOf(
      chart((scope) => {
        const database = new Database(scope, 'orders', { databaseName: 'shop', ...options });
        if (options.roles) new Microservice(scope, 'cart', { image: Image.of('shop/cart:1'), database });
      }),
    );
  const step = (from: DatabaseOptions, to: DatabaseOptions) => problems(render(from), render(to));
  const image = (reference: string) => ({ image: Image.of(reference) });

  test.each<[what: string, from: DatabaseOptions, to: DatabaseOptions, message: RegExp]>([
    ['another engine', {}, { engine: 'mariadb' }, /^A mariadb server cannot read the data of postgres\.$/],
    ['another engine with the same folders', { engine: 'mariadb' }, { engine: 'mysql' }, /^A mysql server cannot read/],
    ['one role again', { roles: 'per-caller' }, { roles: 'shared' }, /^Each caller has its tables in its own schema\./],
    ['another database', {}, { databaseName: 'orders' }, /^The existing data is in the database "shop"\.$/],
    ['several servers instead of one', {}, { instances: 3 }, /from a StatefulSet to a Cluster\.$/],
    ['one server instead of several', { instances: 3 }, {}, /from a Cluster to a StatefulSet\.$/],
    ['another major version of PostgreSQL', {}, image('postgres:18.1'), /its own major version\.$/],
    [
      'an older major version of PostgreSQL',
      image('registry.example.com:5000/postgres:17-alpine'),
      image('registry.example.com:5000/postgres:16-alpine'),
      /its own major version\.$/,
    ],
    [
      'an older MariaDB',
      { engine: 'mariadb', ...image('mariadb:11.8.2') },
      { engine: 'mariadb', ...image('mariadb:11.4') },
      /^An older server cannot read/,
    ],
    ['an older MySQL', { engine: 'mysql', ...image('mysql:9.1') }, { engine: 'mysql' }, /^An older server cannot read/],
  ])('refused: %s', (_what, from, to, message) => {
    const found = step(from, to);
    expect(found.map(({ code }) => code)).toEqual(['data-unreadable']);
    expect(found[0]!.message).toMatch(message);
    expect(problems(render(from), render(to), ['statefulset/orders', 'cluster/orders'])).toEqual([]);
  });

  test.each<[what: string, from: DatabaseOptions, to: DatabaseOptions]>([
    ['another minor version', image('postgres:17.1'), image('postgres:17.6')],
    ['a tag without a minor version', image('mariadb:11.8.2'), image('mariadb:11')],
    ['a newer MariaDB', { engine: 'mariadb', ...image('mariadb:10.11') }, { engine: 'mariadb' }],
    [
      'an image whose tag is not the version of the server',
      image('timescale/timescaledb:2.17-pg17'),
      image('timescale/timescaledb:3.0-pg17'),
    ],
    [
      'another major version, which the operator handles',
      { instances: 3, ...image('ghcr.io/cloudnative-pg/postgresql:17') },
      { instances: 3, ...image('ghcr.io/cloudnative-pg/postgresql:18') },
    ],
    [
      'a backup, settings and more memory',
      {},
      { backup: {}, settings: { shared_buffers: '64MB' }, resources: { memoryLimit: '1Gi' } },
    ],
    ['other initial SQL', { initialSql: 'SELECT 1' }, { initialSql: 'SELECT 2' }],
  ])('accepted: %s', (_what, from, to) => expect(step(from, to)).toEqual([]));

  test('the fix dumps and restores the data', () => {
    expect(step({ storage: '2Gi' }, {})[0]!.fix).toBe(
      'Undo the change. Or make it by hand: callsign synth --replace statefulset/orders, then dump the data (a Database with backup: kubectl -n shop create job orders-backup-1 --from=cronjob/orders-backup), then kubectl -n shop delete statefulset orders, then kubectl -n shop delete persistentvolumeclaim data-orders-0, then apply, then restore it (kubectl -n shop create job orders-restore-1 --from=cronjob/orders-restore).',
    );
  });

  test('accepts any change of manifests without our annotations, which an older version wrote', () => {
    const old = render({}).map((one) => ({ ...one, metadata: { ...one.metadata, annotations: undefined } }));
    expect(problems(old, render({ instances: 3 }))).toEqual([]);
  });
});

describe('the data of an event log', () => {
  const render = (options: EventLogOptions) =>
    objectsOf(
      chart((scope) => {
        new EventLog(scope, 'log', options);
      }),
    );
  const step = (from: EventLogOptions, to: EventLogOptions) => problems(render(from), render(to));
  const image = (reference: string) => ({ image: Image.of(reference) });

  test.each<[what: string, from: EventLogOptions, to: EventLogOptions, message: RegExp, fix: RegExp]>([
    [
      'a cluster instead of one server',
      { servers: 1 },
      {},
      /^A single server and the servers/,
      /EventLog with another/,
    ],
    [
      'one server instead of a cluster',
      {},
      { servers: 1 },
      /^A single server and the servers/,
      /EventLog with another/,
    ],
    [
      'fewer servers',
      { servers: 5 },
      {},
      /^The servers that leave store events/,
      /\(nats server cluster peer-remove log-3, nats server cluster peer-remove log-4\), and apply\.$/,
    ],
    ['an older version', image('nats:2.15.1'), image('nats:2.14'), /^An older server cannot/, /EventLog with another/],
  ])('refused: %s', (_what, from, to, message, fix) => {
    const found = step(from, to);
    expect(found.map(({ code }) => code)).toEqual(['data-unreadable']);
    expect(found[0]!.message).toMatch(message);
    expect(found[0]!.fix).toMatch(fix);
    expect(problems(render(from), render(to), ['statefulset/log'])).toEqual([]);
  });

  test.each<[what: string, from: EventLogOptions, to: EventLogOptions]>([
    ['more servers', {}, { servers: 5 }],
    ['a newer version', image('nats:2.14'), image('nats:2.15.1')],
    ['more memory', {}, { resources: { memoryLimit: '1Gi' } }],
  ])('accepted: %s', (_what, from, to) => expect(step(from, to)).toEqual([]));

  test('accepts a log that somebody stopped by hand', () => {
    const stopped = render({}).map((one) =>
      one.kind === 'StatefulSet' ? { ...one, spec: { ...(one.spec as object), replicas: 0 } } : one,
    );
    expect(problems(stopped, render({ servers: 1 }))).toEqual([]);
    expect(problems(stopped, render({}))).toEqual([]);
  });
});

describe('previousObjects', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'callsign-previous-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (...objects: KubeObject[]) => `${MARK}\n${objects.map((one) => `---\n${toYaml(one)}`).join('')}`;
  const named = (name: string, data: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { a: data },
  });
  const names = (texts: Record<string, string>) =>
    previousObjects(folder, new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]))).map(
      ({ metadata }) => metadata.name,
    );

  test('returns only objects that the new files do not contain unchanged', () => {
    const dashes = named('dashes', 'one\n---\ntwo: {\n');
    writeFileSync(
      join(folder, 'a.k8s.yaml'),
      file(named('same', '1'), named('changed', '1'), named('moved', '1'), dashes),
    );
    writeFileSync(join(folder, 'b.k8s.yaml'), file(named('whole', '1')));
    expect(
      names({
        'a.k8s.yaml': file(named('same', '1'), named('changed', '2')),
        'b.k8s.yaml': file(named('whole', '1')),
        'c.k8s.yaml': file(named('moved', '1')),
      }),
    ).toEqual(['changed', 'dashes']);
  });

  test('ignores files of other people, broken documents, folders and a missing folder', () => {
    writeFileSync(join(folder, 'theirs.yaml'), toYaml(named('theirs', '1')));
    writeFileSync(
      join(folder, 'broken.k8s.yaml'),
      `${MARK}\n---\nkind: { \n---\n- 1\n---\n${toYaml(named('after', '1'))}`,
    );
    mkdirSync(join(folder, 'd.k8s.yaml'));
    expect(names({})).toEqual(['after']);
    expect(previousObjects(join(folder, 'gone'), new Map())).toEqual([]);
  });
});
