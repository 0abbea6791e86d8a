import { documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'backend-port-missing';
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { ports: [{ name: http, port: 80, targetPort: 8080 }, { port: 81 }] }';
const ingress = (port: string, name = 'web') =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: door, namespace: shop }\nspec:\n  rules:\n    - http:\n        paths:\n          - backend:\n              service:\n                name: ${name}\n                ${port}`;
const found = (port: string, service = SERVICE) => problemsIn(code, documents(service, ingress(port)));

test('a port that the Service does not have is told with those that it has', () => {
  const yaml = documents(SERVICE, ingress('port: { number: 8080 }'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Ingress shop/door',
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

test.each(['port: { number: 80 }', 'port: { number: 81 }', 'port: { name: http }'])('%s is there', (port) => {
  expect(found(port)).toEqual([]);
});

test.each([
  ['port: { name: web }', 'The Service web has no port "web".'],
  ['port: { number: 82 }', 'The Service web has no port 82.'],
  ['port: { number: "80" }', 'The Service web has no port "80".'],
])('%s is not there', (port, message) => {
  expect(found(port)).toMatchObject([{ message }]);
});

test.each(['', 'port: null', 'port: {}'])('a backend without a port (%s) is told', (port) => {
  expect(found(port)).toMatchObject([
    { message: 'The backend has no port for the Service web.', expected: 'one of http (80), 81' },
  ]);
});

test('the default backend is looked at', () => {
  const door = (port: string) =>
    documents(
      SERVICE,
      `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: door, namespace: shop }\nspec: { defaultBackend: { service: { name: web, port: { ${port} } } } }`,
    );
  expect(problemsIn(code, door('number: 8080'))).toMatchObject([{ field: 'spec.defaultBackend.service.port' }]);
  expect(problemsIn(code, door('number: 80'))).toEqual([]);
});

test('a Service without ports has none', () => {
  for (const spec of ['{ ports: null }', '{}', 'null']) {
    expect(
      found(
        'port: { number: 80 }',
        `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: ${spec}`,
      ),
    ).toMatchObject([{ expected: 'a port of the Service' }]);
  }
});

test('behind an ExternalName any port may be', () => {
  expect(
    found(
      'port: { number: 443 }',
      'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { type: ExternalName, externalName: example.com }',
    ),
  ).toEqual([]);
});

test('of a Service that is not there only that is told', () => {
  expect(problemsIn(code, ingress('port: { number: 80 }', 'gone'))).toEqual([]);
  expect(problemsIn('backend-missing', ingress('port: { number: 80 }', 'gone'))).toHaveLength(1);
});

test('a route of the Gateway API goes to a number', () => {
  const route = (port: string) =>
    documents(
      SERVICE,
      `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: door, namespace: shop }\nspec: { rules: [{ backendRefs: [{ name: web${port} }] }] }`,
    );
  expect(problemsIn(code, route(', port: 80'))).toEqual([]);
  expect(problemsIn(code, route(', port: 8080'))).toMatchObject([
    {
      object: 'HTTPRoute shop/door',
      field: 'spec.rules[0].backendRefs[0].port',
      message: 'The Service web has no port 8080.',
      expected: 'one of http (80), 81',
    },
  ]);
  expect(problemsIn(code, route(''))).toMatchObject([
    { field: 'spec.rules[0].backendRefs[0]', message: 'The backend has no port for the Service web.' },
  ]);
});
