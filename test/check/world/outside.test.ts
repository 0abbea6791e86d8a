import { problemsIn } from '../../../src/check/find-problems';
import { readManifests } from '../../../src/check/read/read';
import { World } from '../../../src/check/world/world';
import type { KubeObject } from '../../../src/k8s/objects';
import { deployment, documents, service } from '../problems-in';

const object = (kind: string, name: string, more = '') =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name} }\n${more}`;
const problems = (yaml: string, outside: () => readonly KubeObject[]) =>
  problemsIn(new World(readManifests(yaml, 'a.yaml').manifests, undefined, outside), 'wiring');
const codes = (yaml: string, outside: string) =>
  problems(yaml, () => readManifests(outside, 'b.yaml').manifests.map((manifest) => manifest.object)).map(
    ({ code }) => code,
  );

test.each([
  ['Service', deployment('env: [{ name: DB_HOST, value: pg }]'), 'host-unknown'],
  ['Secret', deployment('envFrom: [{ secretRef: { name: pg } }]'), 'secret-missing'],
  ['ConfigMap', deployment('envFrom: [{ configMapRef: { name: pg } }]'), 'config-map-missing'],
  ['ServiceAccount', deployment('', { pod: 'serviceAccountName: pg' }), 'service-account-missing'],
  [
    'PersistentVolumeClaim',
    deployment('', { pod: 'volumes: [{ name: a, persistentVolumeClaim: { claimName: pg } }]' }),
    'claim-missing',
  ],
  [
    'Role',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: a, namespace: shop }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: pg }',
    'role-missing',
  ],
  [
    'Deployment',
    'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: a, namespace: shop }\nspec: { maxReplicas: 2, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: pg } }',
    'scale-target-missing',
  ],
])('a %s that another folder declares exists, in any namespace', (kind, yaml, code) => {
  expect(codes(yaml, object(kind, 'pg'))).toEqual([]);
  expect(codes(yaml, object(kind, 'other'))).toEqual([code]);
  expect(codes(yaml, object('Namespace', 'pg'))).toEqual([code]);
});

test('a star in a name stands for a template', () => {
  const yaml = deployment('env: [{ name: DB_HOST, value: release-db }]');
  expect(codes(yaml, object('Service', '"*-db"'))).toEqual([]);
  expect(codes(yaml, object('Service', '"*-dbs"'))).toEqual(['host-unknown']);
});

test('pods of another folder count for selectors', () => {
  const pods = object('Deployment', 'web', 'spec: { template: { metadata: { labels: { app: web } }, spec: {} } }');
  expect(codes(service('web'), pods)).toEqual([]);
  expect(codes(service('wbe'), pods)).toEqual(['service-without-pods']);
});

test('another folder may add a port to a workload, or a key to a ConfigMap', () => {
  const web = documents(deployment('ports: [{ name: metrics, containerPort: 9090 }]'), service('web'));
  const patch = (name: string) =>
    object(
      'Deployment',
      name,
      'spec: { template: { spec: { containers: [{ name: proxy, ports: [{ name: http, containerPort: 8443 }] }] } } }',
    );
  expect(codes(web, patch('web'))).toEqual([]);
  expect(codes(web, patch('other'))).toEqual(['service-port-missing']);
  const reads = documents(
    deployment('env: [{ name: A, valueFrom: { configMapKeyRef: { name: settings, key: size } } }]'),
    object('ConfigMap', 'settings', 'data: { color: red }').replace('settings', 'settings, namespace: shop'),
  );
  expect(codes(reads, object('ConfigMap', 'settings'))).toEqual([]);
  expect(codes(reads, object('ConfigMap', 'other'))).toEqual(['config-map-missing']);
});

test('other folders are read only if a name is missing', () => {
  let times = 0;
  const read = () => {
    times++;
    return [];
  };
  const sound = documents(deployment('ports: [{ name: http, containerPort: 80 }]'), service('web'));
  expect(problems(sound, read)).toEqual([]);
  expect(times).toBe(0);
  problems(documents(service('a'), service('b')), read);
  expect(times).toBe(1);
});

test('an operator creates objects for the custom objects of another folder', () => {
  const tenant = 'apiVersion: minio.min.io/v2\nkind: Tenant\nmetadata: { name: files }';
  for (const host of ['minio', 'files-hl']) {
    expect(codes(deployment(`env: [{ name: DB_HOST, value: ${host} }]`), tenant)).toEqual([]);
    expect(codes(deployment(`env: [{ name: DB_HOST, value: ${host} }]`), object('Secret', 'a'))).toEqual([
      'host-unknown',
    ]);
  }
  expect(codes(deployment('env: [{ name: DB_HOST, value: file-hl }]'), tenant)).toEqual(['host-unknown']);
  const cluster = 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: pg }';
  expect(codes(deployment('env: [{ name: DB_HOST, value: pg-rw }]'), cluster)).toEqual([]);
});
