import { deployment, documents, FILE, lineOf, problemsIn, service } from '../problems-in';

const code = 'monitor-without-targets';
const labelled = service('web').replace('namespace: shop', 'namespace: shop, labels: { app: web }');
const monitor = (selector: string, more = '', kind = 'ServiceMonitor') =>
  `apiVersion: monitoring.coreos.com/v1\nkind: ${kind}\nmetadata: { name: m, namespace: shop }\nspec:\n  selector: ${selector}\n${more}`;
const operator = 'apiVersion: example.com/v1\nkind: Cluster\nmetadata: { name: c, namespace: shop }';

test('reports a selector without Services, with its line', () => {
  const yaml = documents(labelled, monitor('{ matchLabels: { app: wbe } }'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'ServiceMonitor shop/m',
      field: 'spec.selector',
      file: FILE,
      line: lineOf(yaml, 'wbe'),
      message: 'No Service in the namespace shop has the labels app=wbe.',
      expected: 'the labels of a Service, such as Service web (app=web)',
      got: 'app=wbe',
      fix: 'Make the selector match metadata.labels of the Service. These are not the labels of its spec.selector.',
    },
  ]);
});

test('the selector of a Service is not its labels', () => {
  expect(problemsIn(code, documents(service('web'), monitor('{ matchLabels: { app: web } }')))).toHaveLength(1);
});

test.each([
  ['matching labels', documents(labelled, monitor('{ matchLabels: { app: web } }'))],
  ['all Services', documents(labelled, monitor('{}'))],
  ['all namespaces', documents(labelled, monitor('{ matchLabels: { app: a } }', '  namespaceSelector: { any: true }'))],
  [
    'another namespace',
    documents(labelled, monitor('{ matchLabels: { app: a } }', '  namespaceSelector: { matchNames: [x] }')),
  ],
  ['a namespace without Services', monitor('{ matchLabels: { app: a } }')],
  ['what an operator may create', documents(labelled, operator, monitor('{ matchLabels: { app: db } }'))],
  [
    'a Service without a namespace',
    documents(
      labelled,
      labelled.replace('namespace: shop, ', '').replaceAll('web', 'api'),
      monitor('{ matchLabels: { app: api } }'),
    ),
  ],
  [
    'another group',
    documents(labelled, monitor('{ matchLabels: { app: wbe } }').replace('monitoring.coreos.com', 'example.com')),
  ],
  [
    'the API server',
    documents(
      labelled.replace('namespace: shop', 'namespace: default'),
      monitor('{ matchLabels: { component: apiserver } }', '  namespaceSelector: { matchNames: [default] }'),
    ),
  ],
])('accepts %s', (_, yaml) => {
  expect(problemsIn(code, yaml)).toEqual([]);
});

test('reports a typing error although an operator may create others', () => {
  expect(problemsIn(code, documents(labelled, operator, monitor('{ matchLabels: { app: wbe } }')))).toHaveLength(1);
});

test('reports a typing error in the labels of the API server', () => {
  const api = (label: string) =>
    monitor(`{ matchLabels: { component: ${label} } }`, '  namespaceSelector: { matchNames: [default] }');
  expect(problemsIn(code, api('api-server'))).toMatchObject([
    { expected: 'the labels of a Service, such as Service kubernetes (component=apiserver, provider=kubernetes)' },
  ]);
  expect(problemsIn(code, api('apiserver'))).toEqual([]);
  expect(problemsIn(code, api('scheduler'))).toEqual([]);
});

test('a PodMonitor selects pods', () => {
  const pods = (app: string) => monitor(`{ matchLabels: { app: ${app} } }`, '', 'PodMonitor');
  expect(problemsIn(code, documents(deployment(''), pods('web')))).toEqual([]);
  expect(problemsIn(code, documents(deployment(''), pods('api')))).toMatchObject([
    {
      message: 'No pod in the namespace shop has the labels app=api.',
      expected: 'the labels of a pod, such as Deployment shop/web (app=web)',
    },
  ]);
});
