import { documents, problemsIn } from '../problems-in';

const code = 'identity-taken';
const map = (name: string, metadata = 'namespace: shop') => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, ${metadata} }`;

test('an object that stands there twice is told at the second', () => {
  expect(problemsIn(code, documents(map('a'), map('b'), map('a')))).toMatchObject([{ object: 'ConfigMap shop/a', field: 'metadata.name', message: 'ConfigMap shop/a stands here twice.', line: 12 }]);
  expect(problemsIn(code, documents(map('a', 'labels: {}'), map('a', 'namespace: default')))).toHaveLength(1);
});

test('another namespace, kind or generated name is another object', () => {
  expect(problemsIn(code, documents(map('a'), map('a', 'namespace: blog'), map('a').replace('ConfigMap', 'Secret')))).toEqual([]);
  const job = 'apiVersion: v1\nkind: Pod\nmetadata: { generateName: once- }';
  expect(problemsIn(code, documents(job, job))).toEqual([]);
});
