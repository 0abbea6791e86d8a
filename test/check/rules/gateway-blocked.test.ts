import { deployment, documents, problemsIn, service } from '../problems-in';

const code = 'gateway-blocked';
const policy = (name: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;

const DOOR =
  'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: door, namespace: shop }\nspec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }] } }] }';
const APPS = documents(service('web'), deployment('ports: [{ name: http, containerPort: 8080 }]'), DOOR);
const found = (rules: string, ...more: string[]) =>
  problemsIn(code, documents(APPS, policy('web', `{ podSelector: {}, ingress: [${rules}] }`), ...more));

test('a policy that lets in neighbours only is told where the gateway leads', () => {
  expect(found('{ from: [{ podSelector: {} }] }')).toMatchObject([
    {
      object: 'Ingress shop/door',
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
])('%s lets it in', (rule) => {
  expect(found(rule)).toEqual([]);
});

test('a controller that stands beside it is let in by its labels', () => {
  const controller = deployment('', { name: 'traefik' }).replace('shop/traefik:1', 'traefik:v3.6');
  expect(found('{ from: [{ podSelector: { matchLabels: { app: traefik } } }] }', controller)).toEqual([]);
  expect(found('{ from: [{ podSelector: { matchLabels: { app: nobody } } }] }', controller)).toHaveLength(1);
});

test('without a policy all is open', () => {
  expect(problemsIn(code, APPS)).toEqual([]);
});
