import { deployment, documents, problemsIn, service } from '../problems-in';

const code = 'gateway-blocked';
const policy = (name: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;

const GATEWAY =
  'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: gateway, namespace: shop }\nspec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }] } }] }';
const APPS = documents(service('web'), deployment('ports: [{ name: http, containerPort: 8080 }]'), GATEWAY);
const found = (rules: string, ...more: string[]) =>
  problemsIn(code, documents(APPS, policy('web', `{ podSelector: {}, ingress: [${rules}] }`), ...more));

test('reports a backend whose policy does not allow the ingress controller', () => {
  expect(found('{ from: [{ podSelector: {} }] }')).toMatchObject([
    {
      object: 'Ingress shop/gateway',
      field: 'spec.rules[0].http.paths[0].backend.service.name',
      message: 'No NetworkPolicy allows an ingress controller to reach Deployment shop/web, behind the Service web.',
      expected: 'a rule with a namespaceSelector or without peers, at port 8080',
      got: 'only the traffic that web allows',
    },
  ]);
  expect(found('')).toHaveLength(1);
  expect(found('{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }')).toHaveLength(1);
});

test.each([
  '{}',
  '{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: traefik } } }] }',
  '{ ports: [{ port: http }] }',
  '{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 8080 }] }',
])('%s allows the controller', (rule) => {
  expect(found(rule)).toEqual([]);
});

test('the labels of a controller in the manifests can allow it', () => {
  const controller = deployment('', { name: 'traefik' }).replace('shop/traefik:1', 'traefik:v3.6');
  expect(found('{ from: [{ podSelector: { matchLabels: { app: traefik } } }] }', controller)).toEqual([]);
  expect(found('{ from: [{ podSelector: { matchLabels: { app: nobody } } }] }', controller)).toHaveLength(1);
});

test('the label of pods that belong to a Gateway, and policies of a network plugin, can allow it', () => {
  const label = 'gateway.networking.k8s.io/gateway-name';
  expect(found(`{ from: [{ podSelector: { matchLabels: { ${label}: public } } }] }`)).toEqual([]);
  const cilium =
    'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec: { endpointSelector: {}, ingress: [{ fromEntities: [ingress] }] }';
  expect(found('', cilium)).toEqual([]);
  expect(found('', cilium.replace('namespace: shop', 'namespace: other'))).toHaveLength(1);
});

test('without a policy, all traffic is allowed', () => {
  expect(problemsIn(code, APPS)).toEqual([]);
});
