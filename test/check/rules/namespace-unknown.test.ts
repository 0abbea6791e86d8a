import { deployment, documents, problemsIn } from '../problems-in';

const code = 'namespace-unknown';
const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }`;

test('a namespace that almost has the name of a declared one is told', () => {
  expect(problemsIn(code, documents(namespace('shoop'), namespace('blog'), deployment('')))).toMatchObject([{ object: 'Deployment shop/web', field: 'metadata.namespace', message: 'No Namespace "shop" is declared.', expected: 'one of shoop, blog', got: 'shop', mend: 'Write shoop, if that is what was meant; or declare the Namespace.' }]);
});

test('other namespaces may be in the cluster', () => {
  expect(problemsIn(code, documents(namespace('monitoring'), deployment('')))).toEqual([]);
  expect(problemsIn(code, documents(namespace('shop'), deployment('')))).toEqual([]);
  expect(problemsIn(code, deployment(''))).toEqual([]);
});
