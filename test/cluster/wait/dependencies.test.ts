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

test('a pod needs the Job that creates its Secret', () => {
  const job = object('Job', 'password', {
    metadata: {
      name: 'password',
      namespace: 'shop',
      annotations: { 'callsign.dev/makes-secret': '{"db-password":["password"]}' },
    },
  });
  const reader = object('StatefulSet', 'db', {
    spec: { template: { spec: { containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'db-password' } } }] }] } } },
  });
  const mounting = object('Deployment', 'web', {
    spec: { template: { spec: { volumes: [{ secret: { secretName: 'db-password' } }] } } },
  });
  expect(needs([job, reader, mounting, object('Deployment', 'bus')])).toEqual({ db: ['password'], web: ['password'] });
});
