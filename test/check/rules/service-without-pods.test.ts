import { deployment, documents, FILE, lineOf, problemsIn, service } from '../problems-in';

const code = 'service-without-pods';
const workload = (kind: string, spec: string, namespace = 'shop') =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: web, namespace: ${namespace} }\nspec: ${spec}`;
const template = (labels: string) =>
  `{ template: { metadata: { labels: ${labels} }, spec: { containers: [{ name: web }] } } }`;

test('reports a selector that matches no pods, and the labels of pods', () => {
  const yaml = documents(deployment(''), service('wbe'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Service shop/wbe',
      field: 'spec.selector',
      file: FILE,
      line: lineOf(yaml, 'selector: { app: wbe }'),
      message: 'No pod in the namespace shop has the labels app=wbe.',
      expected: 'the labels of a pod, such as Deployment shop/web (app=web)',
      got: 'app=wbe',
      fix: 'Make the selector match the labels of the pod template.',
    },
  ]);
});

test('reports a selector in a namespace without pods', () => {
  expect(problemsIn(code, service('web'))).toMatchObject([{ expected: undefined, got: 'app=web' }]);
});

test('one pod must have all labels of the selector', () => {
  const selector = (labels: string) =>
    documents(
      workload('Deployment', template('{ app: web, tier: front }')),
      `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: ${labels} }`,
    );
  expect(problemsIn(code, selector('{ app: web, tier: front }'))).toEqual([]);
  expect(problemsIn(code, selector('{ tier: front }'))).toEqual([]);
  expect(problemsIn(code, selector('{ app: web, tier: back }'))).toHaveLength(1);
  expect(problemsIn(code, selector('{ app: web, tier: front, more: x }'))).toHaveLength(1);
});

test('ignores pods of another namespace', () => {
  expect(
    problemsIn(code, documents(workload('Deployment', template('{ app: web }'), 'blog'), service('web'))),
  ).toHaveLength(1);
});

test.each(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'])(
  'includes the pods of a %s',
  (kind) => {
    expect(problemsIn(code, documents(workload(kind, template('{ app: web }')), service('web')))).toEqual([]);
    expect(problemsIn(code, documents(workload(kind, template('{ app: other }')), service('web')))).toHaveLength(1);
  },
);

test('includes single Pods and those of a CronJob', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop, labels: { app: web } }\nspec: { containers: [] }';
  expect(problemsIn(code, documents(pod, service('web')))).toEqual([]);
  expect(
    problemsIn(
      code,
      documents(workload('CronJob', `{ jobTemplate: { spec: ${template('{ app: web }')} } }`), service('web')),
    ),
  ).toEqual([]);
});

test('includes pods and Services in a List', () => {
  const items = (name: string) =>
    `apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Pod, metadata: { name: web, labels: { app: web } }, spec: { containers: [] } }\n  - apiVersion: v1\n    kind: Service\n    metadata: { name: web }\n    spec:\n      selector: { app: ${name} }`;
  expect(problemsIn(code, items('web'))).toEqual([]);
  expect(problemsIn(code, items('wbe'))).toMatchObject([
    { object: 'Service web', line: lineOf(items('wbe'), 'app: wbe') },
  ]);
});

test.each([
  ['no selector, because the endpoints are created separately', '{ ports: [{ port: 80 }] }'],
  ['a selector that is null', '{ selector: null }'],
  ['an empty selector', '{ selector: {} }'],
  [
    'an ExternalName, whose selector has no effect',
    '{ type: ExternalName, externalName: example.com, selector: { app: gone } }',
  ],
])('accepts %s', (_, spec) => {
  expect(problemsIn(code, documents(deployment(''), workload('Service', spec)))).toEqual([]);
});

test('the pods of system namespaces are unknown', () => {
  expect(problemsIn(code, service('kube-proxy', { namespace: 'kube-system' }))).toEqual([]);
});

test('a headless Service requires pods too', () => {
  expect(problemsIn(code, documents(deployment(''), service('web', { more: 'clusterIP: None' })))).toEqual([]);
  expect(problemsIn(code, service('web', { more: 'clusterIP: None' }))).toHaveLength(1);
});

test('the pods of a namespace are unknown if all workloads are in other namespaces', () => {
  const elsewhere = deployment('').replace('namespace: shop', 'namespace: blog');
  expect(problemsIn(code, documents(elsewhere, service('ingress-nginx')))).toEqual([]);
  expect(problemsIn(code, documents(elsewhere, service('web')))).toMatchObject([
    { fix: 'Deployment blog/web has these labels, but is in the namespace blog. Use one namespace for both.' },
  ]);
});
