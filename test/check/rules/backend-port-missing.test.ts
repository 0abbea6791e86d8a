import { documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'backend-port-missing';
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { ports: [{ name: http, port: 80, targetPort: 8080 }, { port: 81 }] }';
const ingress = (port: string, name = 'web') =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: gateway, namespace: shop }\nspec:\n  rules:\n    - http:\n        paths:\n          - backend:\n              service:\n                name: ${name}\n                ${port}`;
const found = (port: string, service = SERVICE) => problemsIn(code, documents(service, ingress(port)));

test('reports a missing port and the ports of the Service', () => {
  const yaml = documents(SERVICE, ingress('port: { number: 8080 }'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Ingress shop/gateway',
      field: 'spec.rules[0].http.paths[0].backend.service.port',
      file: FILE,
      line: lineOf(yaml, 'port: { number: 8080 }'),
      message: 'The Service web has no port 8080.',
      expected: 'one of http (80), 81',
      got: '{"number":8080}',
      fix: 'Use a port of the Service, not a port of the container.',
    },
  ]);
});

test.each(['port: { number: 80 }', 'port: { number: 81 }', 'port: { name: http }'])('accepts %s', (port) => {
  expect(found(port)).toEqual([]);
});

test.each([
  ['port: { name: web }', 'The Service web has no port "web".'],
  ['port: { number: 82 }', 'The Service web has no port 82.'],
  ['port: { number: "80" }', 'The Service web has no port "80".'],
])('rejects %s', (port, message) => {
  expect(found(port)).toMatchObject([{ message }]);
});

test.each(['', 'port: null', 'port: {}'])('reports a backend without a port (%s)', (port) => {
  expect(found(port)).toMatchObject([
    { message: 'The backend has no port for the Service web.', expected: 'one of http (80), 81' },
  ]);
});

test('checks the default backend', () => {
  const gateway = (port: string) =>
    documents(
      SERVICE,
      `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: gateway, namespace: shop }\nspec: { defaultBackend: { service: { name: web, port: { ${port} } } } }`,
    );
  expect(problemsIn(code, gateway('number: 8080'))).toMatchObject([{ field: 'spec.defaultBackend.service.port' }]);
  expect(problemsIn(code, gateway('number: 80'))).toEqual([]);
});

test('reports every port if the Service has no ports', () => {
  for (const spec of ['{ ports: null }', '{}', 'null']) {
    expect(
      found(
        'port: { number: 80 }',
        `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: ${spec}`,
      ),
    ).toMatchObject([{ expected: 'a port of the Service' }]);
  }
});

test('a Service of type ExternalName accepts any port', () => {
  expect(
    found(
      'port: { number: 443 }',
      'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { type: ExternalName, externalName: example.com }',
    ),
  ).toEqual([]);
});

test('a missing Service is reported without its port', () => {
  expect(problemsIn(code, ingress('port: { number: 80 }', 'gone'))).toEqual([]);
  expect(problemsIn('backend-missing', ingress('port: { number: 80 }', 'gone'))).toHaveLength(1);
});

test('a route of the Gateway API uses a port number', () => {
  const route = (port: string) =>
    documents(
      SERVICE,
      `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: gateway, namespace: shop }\nspec: { rules: [{ backendRefs: [{ name: web${port} }] }] }`,
    );
  expect(problemsIn(code, route(', port: 80'))).toEqual([]);
  expect(problemsIn(code, route(', port: 8080'))).toMatchObject([
    {
      object: 'HTTPRoute shop/gateway',
      field: 'spec.rules[0].backendRefs[0].port',
      message: 'The Service web has no port 8080.',
      expected: 'one of http (80), 81',
    },
  ]);
  expect(problemsIn(code, route(''))).toMatchObject([
    { field: 'spec.rules[0].backendRefs[0]', message: 'The backend has no port for the Service web.' },
  ]);
});
