import { documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'route-unattached';
const API = 'gateway.networking.k8s.io/v1';
const gateway = (listener = '', namespace = 'shop', name = 'public') =>
  `apiVersion: ${API}\nkind: Gateway\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: { gatewayClassName: a, listeners: [{ name: web, port: 80, protocol: HTTP${listener && `, ${listener}`} }] }`;
const route = (parent: string, more = '', kind = 'HTTPRoute') =>
  `apiVersion: ${API}\nkind: ${kind}\nmetadata: { name: r, namespace: shop }\nspec:\n  parentRefs:\n    - ${parent}\n${more}`;
const found = (at: string, ...more: Parameters<typeof route>) => problemsIn(code, documents(at, route(...more)));

test('reports a misspelled Gateway, with its line', () => {
  const yaml = documents(gateway(), route('{ name: pubilc }'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'HTTPRoute shop/r',
      field: 'spec.parentRefs[0].name',
      file: FILE,
      line: lineOf(yaml, 'pubilc'),
      message: 'There is no Gateway "pubilc" in the namespace shop.',
      expected: 'one of public',
      got: 'pubilc',
      fix: 'Did you mean public? Otherwise, add the Gateway.',
    },
  ]);
});

test('reports a Gateway whose namespace is left out', () => {
  expect(found(gateway('', 'infra'), '{ name: public }')).toMatchObject([{ expected: 'namespace: infra' }]);
});

test.each([
  '{ name: public }',
  '{ name: public, namespace: shop, sectionName: web, port: 80 }',
  '{ name: another }',
  '{ name: public, namespace: elsewhere }',
  '{ name: pubilc, kind: Service, group: "" }',
  '{ name: null }',
])('accepts %s', (parent) => {
  expect(found(gateway(), parent)).toEqual([]);
});

test('reports a listener that does not exist', () => {
  expect(found(gateway(), '{ name: public, sectionName: wbe }')).toMatchObject([
    { field: 'spec.parentRefs[0].sectionName', fix: 'Did you mean web? Otherwise, add the listener to the Gateway.' },
  ]);
  expect(found(gateway(), '{ name: public, port: 8080 }')).toMatchObject([
    { field: 'spec.parentRefs[0].port', expected: 'one of 80' },
  ]);
});

test('a Gateway that is declared twice has the listeners of both', () => {
  const other = gateway('').replace('name: web', 'name: tls');
  expect(found(documents(gateway(), other), '{ name: public, sectionName: tls }')).toEqual([]);
});

test('a listener admits only its own namespace by default', () => {
  const parent = '{ name: public, namespace: infra }';
  const allows = (namespaces: string) =>
    found(gateway(`allowedRoutes: { namespaces: ${namespaces} }`, 'infra'), parent);
  expect(found(gateway('', 'infra'), parent)).toMatchObject([
    { field: 'spec.parentRefs[0]', message: expect.stringContaining('admits routes of the namespace shop') },
  ]);
  expect(allows('{ from: All }')).toEqual([]);
  expect(allows('{ from: Same }')).toHaveLength(1);
  expect(allows('{ from: Selector, selector: { matchLabels: { team: a } } }')).toEqual([]);
  const at = (labels: string) =>
    documents(
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: ${labels} }`,
      gateway('allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { team: a } } } }', 'infra'),
    );
  expect(found(at('{ team: a }'), parent)).toEqual([]);
  expect(found(at('{ team: b }'), parent)).toHaveLength(1);
  expect(found(at('null'), parent)).toHaveLength(1);
});

test('a listener can admit only some kinds', () => {
  const only = gateway('allowedRoutes: { kinds: [{ kind: GRPCRoute }] }');
  expect(found(only, '{ name: public }', '', 'GRPCRoute')).toEqual([]);
  expect(found(only, '{ name: public }')).toMatchObject([{ got: '["GRPCRoute"]' }]);
});

test.each([
  ['a.example.com', true],
  ['"*.example.com"', true],
  ['"*.a.example.com"', true],
  ['example.com', false],
  ['a.example.org', false],
])('with a listener for *.example.com, the host %s is served: %s', (host, isServed) => {
  const at = gateway('hostname: "*.example.com"');
  expect(found(at, '{ name: public }', `  hostnames: [${host}]`)).toHaveLength(isServed ? 0 : 1);
});
