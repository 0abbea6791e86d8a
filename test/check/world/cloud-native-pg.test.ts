import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';

const CLUSTER = `
{ apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: { name: orders, namespace: shop }, spec: { instances: 3, storage: { size: 1Gi } } }
---
`;
const pod = (host: string, secret: string, key = 'password') => `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - { name: web, image: "shop/web:1", env: [{ name: DB_HOST, value: ${host} }, { name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: ${secret}, key: ${key} } } }] }
`;
const policy = (label: string) =>
  `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: orders, namespace: shop }, spec: { podSelector: { matchLabels: { ${label} } } } }`;
const codes = (text: string) => check(readManifests(text, 'shop.yaml').manifests).map(({ code }) => code);

test('a Cluster of CloudNativePG creates Services, Secrets and pods', () => {
  for (const host of ['orders-rw', 'orders-ro', 'orders-r.shop', 'orders-rw.shop.svc'])
    expect(codes(CLUSTER + pod(host, 'orders-app'))).toEqual([]);
  expect(codes(CLUSTER + pod('orders-rw', 'orders-app', 'uri'))).toEqual([]);
  for (const label of ['cnpg.io/cluster: orders', 'cnpg.io/cluster: orders, cnpg.io/instanceRole: replica'])
    expect(codes(CLUSTER + policy(label))).toEqual([]);
  const service =
    '{ apiVersion: v1, kind: Service, metadata: { name: db, namespace: shop }, spec: { selector: { cnpg.io/cluster: orders }, ports: [{ port: 5432 }] } }';
  expect(codes(CLUSTER + service)).toEqual([]);
});

test('a Cluster of CloudNativePG creates nothing else', () => {
  expect(codes(CLUSTER + pod('orders', 'orders-app'))).toEqual(['host-unknown']);
  expect(codes(CLUSTER + pod('orders-rw', 'orders'))).toEqual(['secret-missing']);
  expect(codes(CLUSTER + pod('orders-rw', 'orders-superuser'))).toEqual(['secret-missing']);
  expect(
    codes(CLUSTER.replace('instances: 3', 'enableSuperuserAccess: true') + pod('orders-rw', 'orders-superuser')),
  ).toEqual([]);
  expect(codes(CLUSTER + pod('orders-rw', 'orders-app', 'secret'))).toEqual(['secret-missing']);
  expect(codes(CLUSTER + policy('cnpg.io/cluster: order'))).toEqual(['policy-without-pods']);
  const service =
    '{ apiVersion: v1, kind: Service, metadata: { name: db, namespace: shop }, spec: { selector: { cnpg.io/cluster: orders }, ports: [{ port: 80, targetPort: http }] } }';
  expect(codes(CLUSTER + service)).toEqual(['service-port-missing']);
});

test('a Cluster of CloudNativePG creates its managed Services, and no disabled ones', () => {
  const managed = CLUSTER.replace(
    'instances: 3',
    'instances: 3, managed: { services: { disabledDefaultServices: [ro, r], additional: [{ selectorType: rw, serviceTemplate: { metadata: { name: main } } }] } }',
  );
  expect(codes(managed + pod('main', 'orders-app'))).toEqual([]);
  expect(codes(managed + pod('orders-rw', 'orders-app'))).toEqual([]);
  expect(codes(managed + pod('orders-ro', 'orders-app'))).toEqual(['host-unknown']);
  expect(codes(CLUSTER + pod('main', 'orders-app'))).toEqual(['host-unknown']);
});

test('the pods of CloudNativePG also have the older label of the role', () => {
  expect(codes(CLUSTER + policy('cnpg.io/cluster: orders, role: primary'))).toEqual([]);
  expect(codes(CLUSTER + policy('cnpg.io/cluster: orders, role: main'))).toEqual(['policy-without-pods']);
});

test('a Cluster of another operator may create any object whose name starts with its name', () => {
  const other = CLUSTER.replace('postgresql.cnpg.io', 'cluster.x-k8s.io');
  expect(codes(other + pod('orders-rw', 'orders-app'))).toEqual([]);
  expect(codes(other + pod('order-rw', 'order-app')).toSorted()).toEqual(['host-unknown', 'secret-missing']);
});
