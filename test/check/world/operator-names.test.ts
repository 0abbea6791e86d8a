import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { deployment, documents, service } from '../problems-in';

const CLUSTER =
  'apiVersion: postgres.example.com/v1\nkind: Cluster\nmetadata: { name: pg, namespace: shop }\nspec: { instances: 3 }';
const codes = (...objects: string[]) =>
  check(readManifests(documents(...objects), 'a.yaml').manifests).map(({ code }) => code);
const WEB = deployment('ports: [{ name: http, containerPort: 80 }]');

test.each([
  ['the Service of a host', deployment('env: [{ name: DB_HOST, value: pg-rw }]'), 'host-unknown'],
  ['a Secret', deployment('envFrom: [{ secretRef: { name: pg-app } }]'), 'secret-missing'],
  ['settings', deployment('envFrom: [{ configMapRef: { name: pg-settings } }]'), 'config-map-missing'],
  ['a ServiceAccount', deployment('', { pod: 'serviceAccountName: pg' }), 'service-account-missing'],
  ['the pods of a Service', documents(WEB, service('pg').replace(', targetPort: http', '')), 'service-without-pods'],
  [
    'the pods of a policy',
    documents(
      WEB,
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: pg, namespace: shop }\nspec: { podSelector: { matchLabels: { app: pg } } }',
    ),
    'policy-without-pods',
  ],
  [
    'the pods of a budget',
    documents(
      WEB,
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: pg, namespace: shop }\nspec: { maxUnavailable: 1, selector: { matchLabels: { app: pg } } }',
    ),
    'budget-without-pods',
  ],
  [
    'a backend',
    documents(
      WEB,
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: pg, namespace: shop }\nspec: { defaultBackend: { service: { name: pg-ui, port: { number: 80 } } } }',
    ),
    'backend-missing',
  ],
])('an operator may create %s with the name of its custom object', (_, yaml, code) => {
  expect(codes(yaml)).toEqual([code]);
  expect(codes(yaml, CLUSTER)).toEqual([]);
  expect(codes(yaml, CLUSTER.replace('name: pg', 'name: other'))).toEqual([code]);
  expect(codes(yaml, CLUSTER.replace('namespace: shop', 'namespace: blog'))).toEqual([code]);
});

test.each(['HTTPRoute', 'ServiceMonitor', 'Certificate', 'VirtualService', 'PrometheusRule'])(
  'a %s creates no objects',
  (kind) => {
    expect(
      codes(deployment('env: [{ name: DB_HOST, value: pg-rw }]'), CLUSTER.replace('kind: Cluster', `kind: ${kind}`)),
    ).toEqual(['host-unknown']);
  },
);

test('names that contain the kind are known too', () => {
  expect(
    codes(
      deployment('env: [{ name: URL, value: "http://prometheus-operated:9090" }]'),
      'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: { name: k8s, namespace: shop }',
    ),
  ).toEqual([]);
});
