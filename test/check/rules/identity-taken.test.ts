import { documents, problemsIn } from '../problems-in';

const code = 'identity-taken';
const map = (name: string, metadata = 'namespace: shop', color = 'blue') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, ${metadata} }\ndata: { color: ${color} }`;

test('reports a duplicate object at its second declaration', () => {
  expect(problemsIn(code, documents(map('a'), map('b'), map('a', 'namespace: shop', 'red')))).toMatchObject([
    {
      object: 'ConfigMap shop/a',
      field: 'metadata.name',
      message: 'ConfigMap shop/a is declared twice with different content.',
      line: 14,
    },
  ]);
  expect(problemsIn(code, documents(map('a', 'labels: {}'), map('a', 'namespace: default')))).toHaveLength(1);
});

test('another namespace, another kind or a generated name is a different object', () => {
  expect(
    problemsIn(code, documents(map('a'), map('a', 'namespace: blog'), map('a').replace('ConfigMap', 'Secret'))),
  ).toEqual([]);
  const job = 'apiVersion: v1\nkind: Pod\nmetadata: { generateName: once- }';
  expect(problemsIn(code, documents(job, job))).toEqual([]);
});

test('accepts equal declarations in two files', () => {
  expect(problemsIn(code, documents(map('a'), map('a')))).toEqual([]);
});
