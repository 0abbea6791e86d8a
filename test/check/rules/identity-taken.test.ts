import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { deployment, documents, problemsIn, service } from '../problems-in';

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

describe('files with variants of an object', () => {
  /** The problems of several files, without the hardened rules. */
  const inFiles = (files: Record<string, string>) =>
    check(Object.entries(files).flatMap(([file, yaml]) => readManifests(yaml, file).manifests)).map(
      ({ message, place, code: of, fix }) => ({ code: of, message, fix, file: place!.file }),
    );
  const wrong = service('web').replace('targetPort: http', 'targetPort: gone');

  test('are one problem for each pair', () => {
    const many = (color: string) => documents(...['a', 'b', 'c', 'd', 'e'].map((name) => map(name, undefined, color)));
    expect(inFiles({ 'one.yaml': many('blue'), 'two.yaml': many('red'), 'three.yaml': many('red') })).toEqual(
      ['two.yaml', 'three.yaml'].map((file) => ({
        code,
        file,
        message:
          'one.yaml declares ConfigMap shop/a, ConfigMap shop/b, ConfigMap shop/c and 2 more with different content.',
        fix: 'Remove or rename one of them. If the files are alternatives, check them separately.',
      })),
    );
  });

  test('are one problem for each pair of folders, if one object differs', () => {
    const variants = ['aws', 'gcp', 'azure'].map((cloud) => [`${cloud}/a.yaml`, map('a', undefined, cloud)]);
    expect(inFiles(Object.fromEntries(variants) as Record<string, string>)).toEqual(
      ['gcp/a.yaml', 'azure/a.yaml'].map((file) => ({
        code,
        file,
        message: 'aws/a.yaml declares ConfigMap shop/a with different content.',
        fix: 'Remove or rename one of them. If the files are alternatives, check them separately.',
      })),
    );
  });

  test('are not checked together', () => {
    const first = documents(deployment('ports: [{ name: http, containerPort: 80 }]'), service('web'));
    const second = documents(deployment('ports: [{ name: other, containerPort: 81 }]'), service('web'));
    expect(inFiles({ 'a.yaml': first, 'b.yaml': second }).map((problem) => problem.code)).toEqual([code]);
    // Without the second file, a wrong port is found.
    expect(inFiles({ 'a.yaml': first.replace(service('web').trim(), wrong.trim()) })).toMatchObject([
      { code: 'service-port-missing' },
    ]);
  });

  test('provide the objects that other files name', () => {
    const user = deployment(
      'env: [{ name: API_URL, value: "http://api:8080" }]\nenvFrom: [{ configMapRef: { name: a } }]',
      {
        name: 'user',
      },
    );
    const api = (port: number) =>
      service('api').replace('port: 80,', `port: ${port},`).replace('app: api', 'app: user');
    const found = inFiles({
      'a.yaml': documents(map('a'), api(1)),
      'b.yaml': documents(map('a', undefined, 'red'), api(2)),
      'c.yaml': user,
    });
    expect(found.map((problem) => problem.code)).toEqual([code]);
  });

  test('still report what concerns one object', () => {
    const image = (tag: string) => deployment('').replace(':1', tag);
    const found = inFiles({ 'a.yaml': image(':2'), 'b.yaml': image(':latest') });
    expect(found.map((problem) => [problem.code, problem.file])).toEqual([
      [code, 'b.yaml'],
      ['image-unpinned', 'b.yaml'],
    ]);
  });

  test('may be equal, and then they are checked once', () => {
    const both = documents(deployment('ports: [{ name: http, containerPort: 80 }]'), wrong);
    expect(inFiles({ 'a.yaml': both, 'b.yaml': both }).map((problem) => [problem.code, problem.file])).toEqual([
      ['service-port-missing', 'a.yaml'],
    ]);
  });

  test('may declare their namespace with different labels', () => {
    const namespace = (color: string) =>
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { color: ${color} } }`;
    const found = inFiles({ 'a.yaml': namespace('red'), 'b.yaml': documents(namespace('blue'), wrong) });
    expect(found.map((problem) => problem.code)).toEqual([code, 'service-without-pods']);
  });

  test('may have waivers that are not used', () => {
    const waiver = 'namespace: shop, annotations: { waive.callsign.dev/service-without-pods: it is an example }';
    const variant = (port: number) =>
      `apiVersion: v1
kind: Service
metadata: { name: web, ${waiver} }
spec: { selector: { app: web }, ports: [{ port: ${port} }] }`;
    expect(inFiles({ 'a.yaml': variant(1), 'b.yaml': variant(2) }).map((problem) => problem.code)).toEqual([code]);
  });
});
