import { deployment, documents, problemsIn, service } from '../problems-in';

const code = 'service-mixed-pods';
const one = (name: string, image: string, app: string) =>
  deployment('', { name }).replaceAll(`app: ${name} }`, `app: ${app} }`).replace(`shop/${name}:1`, image);

test('reports a Service that selects the pods of two programs', () => {
  expect(
    problemsIn(
      code,
      documents(service('shop'), one('web', 'shop/web:1', 'shop'), one('worker', 'shop/worker:1', 'shop')),
    ),
  ).toMatchObject([
    {
      object: 'Service shop/shop',
      field: 'spec.selector',
      message: 'The Service selects the pods of two programs: Deployment shop/web and Deployment shop/worker.',
      got: 'app=shop',
      fix: 'Add a label that distinguishes Deployment shop/web from Deployment shop/worker.',
    },
  ]);
});

test('accepts two releases of one program behind one Service', () => {
  expect(
    problemsIn(
      code,
      documents(
        service('web'),
        one('web', 'registry.example.com:5000/web:1', 'web'),
        one('web-canary', 'registry.example.com:5000/web@sha256:0', 'web'),
      ),
    ),
  ).toEqual([]);
});

test.each([
  ['reviews-v1', 'reviews-v2'],
  ['web', 'web-canary'],
  ['web-blue', 'web-green'],
  ['db-primary', 'db-replica'],
])('%s and %s are releases of one program, even of different images', (a, b) => {
  expect(
    problemsIn(
      code,
      documents(service('web'), one(a, `shop/${a}-image:1`, 'web'), one(b, `shop/${b}-picture:1`, 'web')),
    ),
  ).toEqual([]);
});

test('accepts separate Services', () => {
  expect(problemsIn(code, documents(service('web'), deployment(''), deployment('', { name: 'worker' })))).toEqual([]);
});
