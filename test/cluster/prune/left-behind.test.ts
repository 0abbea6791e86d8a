import { Caused } from '../../../src/cluster/prune/left-behind';

const object = (kind: string, name: string, namespace = 'shop', more: object = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace, ...more },
});
const caused = new Caused([
  { ...object('StatefulSet', 'store'), spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } },
  object('Job', 'store-password', 'shop', { annotations: { 'callsign.dev/makes-secret': '{"store":["password"]}' } }),
  object('Job', 'unreadable', 'shop', { annotations: { 'callsign.dev/makes-secret': 'store' } }),
]);

test.each([
  ['Secret', 'store'],
  ['PersistentVolumeClaim', 'data-store-0'],
  ['PersistentVolumeClaim', 'data-store-12'],
])('a workload causes the %s %s', (kind, name) => {
  expect(caused.has(object(kind, name))).toBe(true);
});

test.each([
  ['Secret', 'other', 'shop'],
  ['Secret', 'store', 'elsewhere'],
  ['ConfigMap', 'store', 'shop'],
  ['PersistentVolumeClaim', 'data-store-0', 'elsewhere'],
  ['PersistentVolumeClaim', 'data-store-a', 'shop'],
  ['PersistentVolumeClaim', 'more-data-store-0', 'shop'],
])('no workload causes the %s %s in %s', (kind, name, namespace) => {
  expect(caused.has(object(kind, name, namespace))).toBe(false);
});
