import { documents, FILE, lineOf, problemsIn, service } from '../problems-in';

const code = 'reference-not-granted';
const API = 'gateway.networking.k8s.io';
const till = service('till', { namespace: 'bank' });
const route = (ref: string) =>
  `apiVersion: ${API}/v1\nkind: HTTPRoute\nmetadata: { name: r, namespace: shop }\nspec:\n  rules:\n    - backendRefs:\n        - ${ref}`;
const grant = (from: string, to = '{ group: "", kind: Service }', namespace = 'bank') =>
  `apiVersion: ${API}/v1beta1\nkind: ReferenceGrant\nmetadata: { name: g, namespace: ${namespace} }\nspec: { from: [${from}], to: [${to}] }`;
const ROUTES = `{ group: ${API}, kind: HTTPRoute, namespace: shop }`;
const REF = '{ name: till, namespace: bank, port: 80 }';

test('reports a backend in another namespace without a grant, with its line', () => {
  const yaml = documents(till, route(REF));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'HTTPRoute shop/r',
      field: 'spec.rules[0].backendRefs[0].namespace',
      file: FILE,
      line: lineOf(yaml, '- { name: till'),
      message: 'No ReferenceGrant allows this HTTPRoute to use the Service till of the namespace bank.',
      expected: 'a ReferenceGrant in the namespace bank',
      got: 'bank',
      fix: 'Add a ReferenceGrant to bank: from HTTPRoute in shop, to Service.',
    },
  ]);
});

test.each([
  [grant(ROUTES), 0],
  [grant(ROUTES, '{ group: "", kind: Service, name: till }'), 0],
  [grant(ROUTES, '{ group: "", kind: Service, name: other }'), 1],
  [grant(ROUTES, '{ group: "", kind: Secret }'), 1],
  [grant(ROUTES, undefined, 'shop'), 1],
  [grant(ROUTES.replace('shop', 'blog')), 1],
  [grant(ROUTES.replace('HTTPRoute', 'GRPCRoute')), 1],
])('%s leaves %d problems', (yaml, number) => {
  expect(problemsIn(code, documents(till, yaml, route(REF)))).toHaveLength(number);
});

test.each([
  '{ name: till, port: 80 }',
  '{ name: till, namespace: shop, port: 80 }',
  '{ name: till, namespace: elsewhere, port: 80 }',
])('%s needs no grant that is known', (ref) => {
  expect(problemsIn(code, documents(till, service('till'), route(ref)))).toEqual([]);
});

test('checks mirrors of requests and certificates of Gateways', () => {
  const mirror = route('{ name: web, port: 80 }').concat(
    `\n      filters: [{ type: RequestMirror, requestMirror: { backendRef: ${REF} } }]`,
  );
  expect(problemsIn(code, documents(till, service('web'), mirror))).toMatchObject([
    { field: 'spec.rules[0].filters[0].requestMirror.backendRef.namespace' },
  ]);
  const gateway = `apiVersion: ${API}/v1\nkind: Gateway\nmetadata: { name: g, namespace: shop }\nspec: { gatewayClassName: a, listeners: [{ name: web, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: tls, namespace: bank }] } }] }`;
  const certificate =
    'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: a, namespace: bank }\nspec: { secretName: tls }';
  expect(problemsIn(code, documents(certificate, gateway))).toMatchObject([
    { field: 'spec.listeners[0].tls.certificateRefs[0].namespace' },
  ]);
  const granted = grant(`{ group: ${API}, kind: Gateway, namespace: shop }`, '{ group: "", kind: Secret }');
  expect(problemsIn(code, documents(certificate, gateway, granted))).toEqual([]);
});
