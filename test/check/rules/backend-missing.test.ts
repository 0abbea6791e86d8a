import { deployment, documents, FILE, lineOf, problemsIn, service } from '../problems-in';

const code = 'backend-missing';
const ingress = (spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: gateway, namespace: shop }\nspec:\n${spec}`;
const path = (name: string) =>
  ingress(
    `  rules:\n    - host: shop.example.com\n      http:\n        paths:\n          - path: /\n            backend:\n              service:\n                name: ${name}\n                port: { number: 80 }`,
  );

test('reports a missing Service and suggests an existing one', () => {
  const yaml = documents(service('web'), path('wed'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Ingress shop/gateway',
      field: 'spec.rules[0].http.paths[0].backend.service.name',
      file: FILE,
      line: lineOf(yaml, 'name: wed'),
      message: 'There is no Service "wed" in the namespace shop.',
      expected: 'one of web',
      got: 'wed',
      fix: 'Did you mean web? Otherwise, add the Service to the namespace of the Ingress.',
    },
  ]);
});

test('accepts an existing Service', () => {
  expect(problemsIn(code, documents(service('web'), path('web')))).toEqual([]);
});

test('checks the default backend', () => {
  const gateway = (name: string) =>
    documents(service('web'), ingress(`  defaultBackend: { service: { name: ${name}, port: { number: 80 } } }`));
  expect(problemsIn(code, gateway('gone'))).toMatchObject([
    { field: 'spec.defaultBackend.service.name', fix: 'Add the Service to the namespace of the Ingress.' },
  ]);
  expect(problemsIn(code, gateway('web'))).toEqual([]);
});

test('an Ingress cannot use a Service of another namespace', () => {
  expect(problemsIn(code, documents(service('web', { namespace: 'blog' }), path('web')))).toHaveLength(1);
});

test('a Service of type ExternalName is a valid backend', () => {
  expect(
    problemsIn(
      code,
      documents(
        'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { type: ExternalName, externalName: example.com }',
        path('web'),
      ),
    ),
  ).toEqual([]);
});

test.each([
  '  rules: null',
  '  rules: [{ host: a.example.com }]',
  '  rules: [{ http: null }]',
  '  rules: [{ http: { paths: null } }]',
  '  rules: [{ http: { paths: [{ path: / }] } }]',
  '  rules: [{ http: { paths: [{ path: /, backend: { resource: { kind: Bucket, name: files } } }] } }]',
  '  defaultBackend: null',
])('%s names no Service', (spec) => {
  expect(problemsIn(code, ingress(spec))).toEqual([]);
});

describe('a route of the Gateway API', () => {
  const route = (refs: string, kind = 'HTTPRoute') =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nmetadata: { name: gateway, namespace: shop }\nspec:\n  rules:\n    - matches: [{ path: { value: / } }]\n    - backendRefs:\n        - ${refs}`;

  test.each(['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'])('%s is checked like an Ingress', (kind) => {
    const yaml = documents(service('web'), route('{ name: wed, port: 80 }', kind));
    expect(problemsIn(code, yaml)).toEqual([
      {
        object: `${kind} shop/gateway`,
        field: 'spec.rules[1].backendRefs[0].name',
        file: FILE,
        line: lineOf(yaml, 'name: wed'),
        message: 'There is no Service "wed" in the namespace shop.',
        expected: 'one of web',
        got: 'wed',
        fix: 'Did you mean web? Otherwise, add the Service.',
      },
    ]);
    expect(problemsIn(code, documents(service('web'), route('{ name: web, port: 80 }', kind)))).toEqual([]);
  });

  test('can use a Service of another namespace that is in the manifests', () => {
    const bank = service('till', { namespace: 'bank' });
    expect(problemsIn(code, documents(bank, route('{ name: till, namespace: bank, port: 80 }')))).toEqual([]);
    expect(problemsIn(code, documents(bank, route('{ name: tills, namespace: bank, port: 80 }')))).toMatchObject([
      { message: 'There is no Service "tills" in the namespace bank.' },
    ]);
    expect(problemsIn(code, route('{ name: till, namespace: elsewhere, port: 80 }'))).toEqual([]);
  });

  test.each([
    '{ group: example.com, kind: Bucket, name: files }',
    '{ kind: Bucket, name: files }',
    '{ port: 80 }',
    'null',
  ])('%s names no Service', (refs) => {
    expect(problemsIn(code, route(refs))).toEqual([]);
  });

  test.each(['rules: null', 'rules: [{ backendRefs: null }]', 'rules: {}', 'parentRefs: []'])(
    '%s names no Service',
    (spec) => {
      expect(
        problemsIn(
          code,
          `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: gateway }\nspec: { ${spec} }`,
        ),
      ).toEqual([]);
    },
  );
});

test('checks the mirror of a route', () => {
  const route = (name: string) =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: r, namespace: shop }\nspec: { rules: [{ backendRefs: [{ name: web, port: 80 }], filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: ${name}, port: 80 } } }] }] }`;
  expect(problemsIn(code, documents(service('web'), route('web')))).toEqual([]);
  expect(problemsIn(code, documents(service('web'), route('wbe')))).toMatchObject([
    { field: 'spec.rules[0].filters[0].requestMirror.backendRef.name' },
  ]);
});

test('the Services of a namespace are unknown if all workloads and Services are in other namespaces', () => {
  const gateway = ingress('  defaultBackend: { service: { name: web, port: { number: 80 } } }');
  const elsewhere = deployment('').replace('namespace: shop', 'namespace: blog');
  expect(problemsIn(code, documents(gateway, elsewhere))).toEqual([]);
  expect(problemsIn(code, documents(gateway, elsewhere, service('web', { namespace: 'blog' })))).toHaveLength(1);
  expect(problemsIn(code, documents(gateway, elsewhere, deployment('')))).toHaveLength(1);
});
