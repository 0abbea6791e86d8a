import { identityOf, type KubeObject } from '../../../src/k8s/objects';
import { dependenciesOf } from '../../../src/cluster/wait/dependencies';

const object = (kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  ...more,
});
const names = ['web', 'bus', 'comments', 'db'];
const graph = (...edges: [string, string][]) => ({
  nodes: names.map((name) => ({ id: `shop/${name}`, name, namespace: 'shop', kind: 'microservice' as const })),
  edges: edges.map(([from, to]) => ({ from: `shop/${from}`, to: `shop/${to}` })),
});

function needs(objects: readonly KubeObject[], ...edges: [string, string][]): Record<string, string[]> {
  const byIdentity = new Map(objects.map((item) => [identityOf(item), item.metadata.name]));
  return Object.fromEntries(
    [...dependenciesOf(objects, graph(...edges))].map(([from, to]) => [
      byIdentity.get(from)!,
      to.map((identity) => byIdentity.get(identity)!),
    ]),
  );
}

const workloads = names.map((name) => object(name === 'db' ? 'StatefulSet' : 'Deployment', name));

test('a caller needs what it calls', () => {
  expect(needs(workloads, ['web', 'comments'], ['comments', 'db'])).toEqual({ web: ['comments'], comments: ['db'] });
});

test('objects that call each other do not wait for each other', () => {
  expect(needs(workloads, ['comments', 'bus'], ['bus', 'comments'], ['bus', 'db'])).toEqual({ bus: ['db'] });
});

test('calls of parts that are not in the release do not count', () => {
  expect(needs(workloads.slice(0, 2), ['web', 'comments'], ['bus', 'db'])).toEqual({});
});

test('a pod needs the Jobs that create its Secret, and that create the role of its password', () => {
  const job = object('Job', 'password', {
    metadata: {
      name: 'password',
      namespace: 'shop',
      annotations: { 'callsign.dev/makes-secret': '{"db-password":["password"]}' },
    },
  });
  const roles = object('Job', 'roles', {
    metadata: {
      name: 'roles',
      namespace: 'shop',
      annotations: { 'callsign.dev/enables-secrets': '{"db-password":["password"]}' },
    },
  });
  const reader = object('StatefulSet', 'db', {
    spec: { template: { spec: { containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'db-password' } } }] }] } } },
  });
  const mounting = object('Deployment', 'web', {
    spec: { template: { spec: { volumes: [{ secret: { secretName: 'db-password' } }] } } },
  });
  const bus = object('Deployment', 'bus');
  expect(needs([job, reader, mounting, bus])).toEqual({ db: ['password'], web: ['password'] });
  expect(needs([job, roles, mounting, bus])).toEqual({ web: ['password', 'roles'] });
});

test('a pod needs the task that adds the key of its variable, and a task the parts before it', () => {
  const job = (name: string, annotations: object, spec: object = {}) =>
    object('Job', name, { metadata: { name, namespace: 'shop', annotations }, spec });
  const reads = (key: string) => ({
    template: {
      spec: { containers: [{ env: [{ valueFrom: { configMapKeyRef: { name: 'migration-done', key } } }] }] },
    },
  });
  const migration = job('migration-1', { 'callsign.dev/fills-config-map': '{"migration-done":["migration-1"]}' });
  const index = job('index-1', { 'callsign.dev/runs-after': '["bus"]' }, reads('migration-1'));
  const web = object('Deployment', 'web', { spec: reads('migration-1') });
  const other = object('Deployment', 'comments', { spec: reads('migration-0') });
  expect(needs([migration, index, web, other, object('Deployment', 'bus')])).toEqual({
    web: ['migration-1'],
    'index-1': ['migration-1', 'bus'],
  });
});

test('annotations that are no JSON are ignored', () => {
  const broken = object('Job', 'index', {
    metadata: { name: 'index', namespace: 'shop', annotations: { 'callsign.dev/runs-after': '[bus' } },
  });
  expect(needs([broken, object('Deployment', 'bus')])).toEqual({});
});

test('the order of a task is no call', () => {
  const order = { ...graph(), edges: [{ from: 'shop/web', to: 'shop/bus', isOrder: true as const }] };
  expect([...dependenciesOf(workloads, order)]).toEqual([]);
});
