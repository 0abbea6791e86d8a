import { deployment, documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'policy-without-pods';
const WEB = deployment('');
const policy = (spec: string, namespace = 'shop') =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: ${namespace} }\nspec:\n${spec}`;
const found = (spec: string, ...others: string[]) => problemsIn(code, documents(WEB, ...others, policy(spec)));
const inNamespace = (name: string) => `namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${name} } }`;
const pod = (namespace: string, labels: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: ${namespace}, labels: ${labels} }\nspec: { containers: [] }`;

test('reports a selector that matches no pods, with its line', () => {
  const yaml = documents(WEB, policy('  podSelector:\n    matchLabels: { app: wbe }'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'NetworkPolicy shop/web',
      field: 'spec.podSelector',
      file: FILE,
      line: lineOf(yaml, 'podSelector:'),
      expected: 'the labels of a pod',
      got: 'app=wbe',
      message: 'No pod in the namespace shop has the labels app=wbe.',
      fix: 'Make the selector match the labels of the pod template, or remove the rule.',
    },
  ]);
});

test.each([
  '{}',
  '{ matchLabels: { app: web } }',
  '{ matchLabels: {} }',
  '{ matchLabels: null, matchExpressions: null }',
  'null',
])('the selector %s matches pods', (selector) => {
  expect(found(`  podSelector: ${selector}`)).toEqual([]);
});

test.each([
  ['{ key: app, operator: In, values: [web, api] }', '{ key: app, operator: In, values: [api] }', 'app In (api)'],
  ['{ key: app, operator: NotIn, values: [api] }', '{ key: app, operator: NotIn, values: [web] }', 'app NotIn (web)'],
  ['{ key: app, operator: Exists }', '{ key: tier, operator: Exists }', 'tier Exists'],
  ['{ key: tier, operator: DoesNotExist }', '{ key: app, operator: DoesNotExist }', 'app DoesNotExist'],
])('the expression %s matches pods, and %s matches none', (some, none, got) => {
  expect(found(`  podSelector: { matchExpressions: [${some}] }`)).toEqual([]);
  expect(found(`  podSelector: { matchExpressions: [${none}] }`)).toMatchObject([{ got }]);
  expect(found(`  podSelector: { matchLabels: { app: web }, matchExpressions: [${none}] }`)).toMatchObject([
    { got: `app=web, ${got}` },
  ]);
});

test('checks the peers of both directions, each with its line', () => {
  const spec =
    '  podSelector: {}\n  ingress:\n    - from:\n        - podSelector: { matchLabels: { app: web } }\n        - podSelector: { matchLabels: { app: one } }\n  egress:\n    - ports: [{ port: 53 }]\n    - to:\n        - podSelector: { matchLabels: { app: two } }';
  const yaml = documents(WEB, policy(spec));
  expect(problemsIn(code, yaml).map(({ field, line }) => [field, line])).toEqual([
    ['spec.ingress[0].from[1].podSelector', lineOf(yaml, 'app: one')],
    ['spec.egress[1].to[0].podSelector', lineOf(yaml, 'app: two')],
  ]);
});

test('a peer in another namespace is matched there', () => {
  const from = (labels: string) =>
    `  podSelector: {}\n  ingress: [{ from: [{ ${inNamespace('blog')}, podSelector: { matchLabels: ${labels} } }] }]`;
  const posts = pod('blog', '{ app: posts }');
  expect(found(from('{ app: posts }'), posts)).toEqual([]);
  expect(found(from('{ app: web }'), posts)).toMatchObject([
    { message: 'No pod in the namespace blog has the labels app=web.' },
  ]);
});

test('the pods of other namespaces are unknown', () => {
  const to = (peer: string) =>
    `  podSelector: {}\n  egress: [{ to: [{ ${peer}, podSelector: { matchLabels: { app: gone } } }] }]`;
  expect(found(to(inNamespace('monitoring')))).toEqual([]);
  expect(
    found(to(inNamespace('monitoring')), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: monitoring }'),
  ).toEqual([]);
  expect(found(to('namespaceSelector: {}'))).toEqual([]);
  expect(found(to('namespaceSelector: { matchLabels: { team: a } }'))).toEqual([]);
  expect(found(to('namespaceSelector: null'))).toHaveLength(1);
});

test('system namespaces have pods that are not in the manifests, even if the manifests contain others', () => {
  const dns = `  podSelector: {}\n  egress: [{ to: [{ ${inNamespace('kube-system')}, podSelector: { matchLabels: { k8s-app: kube-dns } } }] }]`;
  expect(found(dns, pod('kube-system', '{ app: metrics-server }'))).toEqual([]);
  expect(problemsIn(code, policy('  podSelector: { matchLabels: { k8s-app: kube-dns } }', 'kube-system'))).toEqual([]);
});

test.each([
  '  podSelector: {}\n  ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]',
  `  podSelector: {}\n  ingress: [{ from: [{ ${inNamespace('gone')} }] }]`,
  '  podSelector: {}\n  ingress: null\n  egress: null',
  '  podSelector: {}\n  ingress: [{}]\n  egress: [{ to: null }]',
  '  podSelector: {}\n  ingress: []',
])('%s selects no pods', (spec) => {
  expect(found(spec)).toEqual([]);
});

test('a policy without a spec selects nothing', () => {
  expect(
    problemsIn(code, 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web }\nspec: null'),
  ).toEqual([]);
});

describe('the pods of a Gateway', () => {
  const spec = `  podSelector: {}\n  ingress: [{ from: [{ podSelector: { matchLabels: { gateway.networking.k8s.io/gateway-name: public } } }] }]`;
  const API = 'apiVersion: gateway.networking.k8s.io/v1';
  const gateway = (name: string) => `${API}\nkind: Gateway\nmetadata: { name: ${name}, namespace: shop }`;
  const route = (parent: string) =>
    `${API}\nkind: HTTPRoute\nmetadata: { name: r, namespace: shop }\nspec: { parentRefs: [${parent}] }`;

  test.each([
    ['of the manifests', gateway('public')],
    ['that a route names', route('{ name: public }')],
    ['that a route names with its namespace', route('{ name: public, namespace: shop }')],
  ])('may exist for a Gateway %s', (_, manifest) => {
    expect(found(spec, manifest)).toEqual([]);
  });

  test.each([
    ['nobody names', gateway('internal')],
    ['is in another namespace', route('{ name: public, namespace: infra }')],
  ])('are missing for a Gateway that %s', (_, manifest) => {
    expect(found(spec, manifest)).toMatchObject([{ got: 'gateway.networking.k8s.io/gateway-name=public' }]);
  });
});
