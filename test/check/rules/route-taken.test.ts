import { documents, problemsIn } from '../problems-in';

const code = 'route-taken';
const gateway = (name: string, host: string, path: string, more = '', metadata = '') =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: ${name}, namespace: shop${metadata} }\nspec: { ${more}rules: [{ ${host && `host: ${host}, `}http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }`;

test('reports a duplicate host and path at the second place', () => {
  expect(
    problemsIn(code, documents(gateway('one', 'a.example.com', '/api'), gateway('two', 'a.example.com', '/api'))),
  ).toMatchObject([
    {
      object: 'Ingress shop/two',
      field: 'spec.rules[0].http.paths[0].path',
      message: 'a.example.com/api also appears in Ingress shop/one.',
      got: 'a.example.com/api',
    },
  ]);
  expect(problemsIn(code, documents(gateway('one', '', '/'), gateway('two', '', '/')))).toMatchObject([
    { message: 'every host/ also appears in Ingress shop/one.' },
  ]);
});

test('accepts another host, path or controller, and a canary', () => {
  const one = gateway('one', 'a.example.com', '/api');
  expect(
    problemsIn(
      code,
      documents(
        one,
        gateway('two', 'b.example.com', '/api'),
        gateway('three', 'a.example.com', '/'),
        gateway('four', 'a.example.com', '/api', 'ingressClassName: inner, '),
      ),
    ),
  ).toEqual([]);
  expect(
    problemsIn(
      code,
      documents(
        one,
        gateway('two', 'a.example.com', '/api', '', ', annotations: { nginx.ingress.kubernetes.io/canary: "true" }'),
      ),
    ),
  ).toEqual([]);
});
