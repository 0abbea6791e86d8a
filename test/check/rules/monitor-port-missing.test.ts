import { deployment, documents, FILE, lineOf, problemsIn, service } from '../problems-in';

const code = 'monitor-port-missing';
const labelled = service('web').replace('namespace: shop', 'namespace: shop, labels: { app: web }');
const pods = deployment('ports: [{ name: metrics, containerPort: 9090 }]');
const monitor = (endpoint: string, kind = 'ServiceMonitor') =>
  `apiVersion: monitoring.coreos.com/v1\nkind: ${kind}\nmetadata: { name: m, namespace: shop }\nspec:\n  selector: { matchLabels: { app: web } }\n  ${kind === 'ServiceMonitor' ? 'endpoints' : 'podMetricsEndpoints'}:\n    - ${endpoint}`;

test('reports a port that no Service has, with its line', () => {
  const yaml = documents(labelled, monitor('{ port: htpt, path: /metrics }'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'ServiceMonitor shop/m',
      field: 'spec.endpoints[0].port',
      file: FILE,
      line: lineOf(yaml, 'htpt'),
      message: 'No Service that the monitor selects has a port with the name "htpt".',
      expected: 'one of http',
      got: '"htpt"',
      fix: 'Did you mean http? Otherwise, add the name to a port of the Service.',
    },
  ]);
});

test.each([
  ['{ port: http }', 0],
  ['{ port: "80" }', 1],
  ['{ port: metrics }', 1],
  ['{ targetPort: metrics }', 0],
  ['{ targetPort: metric }', 1],
  ['{ targetPort: 9999 }', 0],
  ['{ path: /metrics }', 0],
])('of a ServiceMonitor, %s has %d problems', (endpoint, number) => {
  expect(problemsIn(code, documents(pods, labelled, monitor(endpoint)))).toHaveLength(number);
});

test.each([
  ['{ port: metrics }', 0],
  ['{ port: http }', 1],
])('of a PodMonitor, %s has %d problems', (endpoint, number) => {
  expect(problemsIn(code, documents(pods, labelled, monitor(endpoint, 'PodMonitor')))).toHaveLength(number);
});

test('without Services or pods the ports are unknown', () => {
  expect(problemsIn(code, monitor('{ port: http }'))).toEqual([]);
  expect(problemsIn(code, monitor('{ port: http }', 'PodMonitor'))).toEqual([]);
  expect(problemsIn(code, documents(labelled, monitor('{ targetPort: http }')))).toEqual([]);
});
