import { documents, problemsIn } from '../problems-in';

const code = 'route-taken';
const door = (name: string, host: string, path: string, more = '', metadata = '') =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: ${name}, namespace: shop${metadata} }\nspec: { ${more}rules: [{ ${host && `host: ${host}, `}http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }`;

test('a host and path that two claim is told at the second', () => {
  expect(
    problemsIn(code, documents(door('one', 'a.example.com', '/api'), door('two', 'a.example.com', '/api'))),
  ).toMatchObject([
    {
      object: 'Ingress shop/two',
      field: 'spec.rules[0].http.paths[0].path',
      message: 'a.example.com/api also appears in Ingress shop/one.',
      got: 'a.example.com/api',
    },
  ]);
  expect(problemsIn(code, documents(door('one', '', '/'), door('two', '', '/')))).toMatchObject([
    { message: 'every host/ also appears in Ingress shop/one.' },
  ]);
});

test('what differs in host, path or controller is no mistake, nor a canary', () => {
  const one = door('one', 'a.example.com', '/api');
  expect(
    problemsIn(
      code,
      documents(
        one,
        door('two', 'b.example.com', '/api'),
        door('three', 'a.example.com', '/'),
        door('four', 'a.example.com', '/api', 'ingressClassName: inner, '),
      ),
    ),
  ).toEqual([]);
  expect(
    problemsIn(
      code,
      documents(
        one,
        door('two', 'a.example.com', '/api', '', ', annotations: { nginx.ingress.kubernetes.io/canary: "true" }'),
      ),
    ),
  ).toEqual([]);
});
