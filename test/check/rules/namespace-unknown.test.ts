import { deployment, documents, problemsIn } from '../problems-in';

const code = 'namespace-unknown';
const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }`;

test('reports a namespace with a name similar to a declared one', () => {
  expect(problemsIn(code, documents(namespace('shoop'), namespace('blog'), deployment('')))).toMatchObject([
    {
      object: 'Deployment shop/web',
      field: 'metadata.namespace',
      message: 'No Namespace "shop" is declared.',
      expected: 'one of shoop, blog',
      got: 'shop',
      fix: 'Did you mean shoop? Otherwise, declare the Namespace.',
    },
  ]);
});

test('accepts other namespaces, because they may be in the cluster', () => {
  expect(problemsIn(code, documents(namespace('monitoring'), deployment('')))).toEqual([]);
  expect(problemsIn(code, documents(namespace('shop'), deployment('')))).toEqual([]);
  expect(problemsIn(code, deployment(''))).toEqual([]);
});

test('names that differ only by a number are different names', () => {
  const other = deployment('').replace('namespace: shop', 'namespace: team1');
  expect(problemsIn(code, documents(namespace('team2'), other))).toEqual([]);
  expect(problemsIn(code, documents(namespace('teem1'), other))).toHaveLength(1);
});

test('checks the namespaces of subjects and peers', () => {
  const binding = (name: string) =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: a }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }\nsubjects: [{ kind: ServiceAccount, name: web, namespace: ${name} }]`;
  expect(problemsIn(code, documents(namespace('shop'), binding('shopp')))).toMatchObject([
    { object: 'ClusterRoleBinding a', field: 'subjects[0].namespace', got: 'shopp' },
  ]);
  expect(problemsIn(code, documents(namespace('shop'), binding('monitoring')))).toEqual([]);
  const policy = (name: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a, namespace: shop }\nspec: { podSelector: {}, egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${name} } } }] }] }`;
  expect(problemsIn(code, documents(namespace('shop'), policy('kube-sytem')))).toMatchObject([
    {
      field: "spec.egress[0].to[0].namespaceSelector.matchLabels['kubernetes.io/metadata.name']",
      fix: expect.stringContaining('Did you mean kube-system? Otherwise, declare the Namespace.'),
    },
  ]);
  for (const name of ['kube-system', 'kube-public', 'default', 'shop', 'traefik'])
    expect(problemsIn(code, documents(namespace('shop'), policy(name)))).toEqual([]);
});

test.each([
  [
    'gateway.networking.k8s.io/v1',
    'HTTPRoute',
    'parentRefs: [{ name: a, namespace: NAME }], rules: [{ backendRefs: [{ name: a, namespace: NAME }] }]',
    2,
  ],
  ['monitoring.coreos.com/v1', 'ServiceMonitor', 'namespaceSelector: { matchNames: [NAME] }', 1],
  ['monitoring.coreos.com/v1', 'PodMonitor', 'namespaceSelector: { matchNames: [NAME] }', 1],
  ['apiregistration.k8s.io/v1', 'APIService', 'service: { name: a, namespace: NAME }', 1],
])('checks the namespaces in a %s %s', (apiVersion, kind, spec, number) => {
  const object = (name: string) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\nspec: { ${spec.replaceAll('NAME', name)} }`;
  expect(problemsIn(code, documents(namespace('monitoring'), object('monitorng')))).toHaveLength(number);
  expect(problemsIn(code, documents(namespace('monitoring'), object('monitoring')))).toEqual([]);
  expect(problemsIn(code, documents(namespace('monitoring'), object('elsewhere')))).toEqual([]);
});

describe('the namespaces of proxies', () => {
  const policy = (name: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec:\n  podSelector: {}\n  ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${name} } } }] }]`;
  const ingress = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web, namespace: shop }\nspec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }`;
  const route = `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: web, namespace: shop }\nspec: { parentRefs: [{ name: public, namespace: infra-gateways }] }`;
  const found = (...manifests: string[]) => problemsIn('namespace-unknown', documents(...manifests));

  test.each([
    ['traefikk', ingress, 'traefik'],
    ['ingres-nginx', ingress, 'ingress-nginx'],
    ['envoy-gateway-systen', route, 'envoy-gateway-system'],
    ['infra-gateway', route, 'infra-gateways'],
  ])('%s is misspelled', (name, way, meant) => {
    expect(found(policy(name), way)).toMatchObject([
      {
        object: 'NetworkPolicy shop/web',
        message: `No Namespace "${name}" is declared, and the proxies of gateways are in ${meant}.`,
        expected: meant,
        got: name,
        fix: `Did you mean ${meant}? Otherwise, declare the Namespace.`,
      },
    ]);
  });

  test.each([
    ['the right name', policy('traefik'), ingress],
    ['another name', policy('haproxy-controller'), ingress],
    ['a second controller', policy('traefik2'), ingress],
    ['the namespace of the Gateway', policy('infra-gateways'), route],
    ['the usual name, but nothing enters', policy('traefikk')],
    [
      'a declared Namespace',
      policy('traefikk'),
      ingress,
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: traefikk }',
    ],
  ])('%s is no problem', (_, ...manifests) => {
    expect(found(...manifests)).toEqual([]);
  });
});
