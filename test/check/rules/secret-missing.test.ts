import { deployment, documents, problemsIn } from '../problems-in';
import { referenceTests } from './references';

const code = 'secret-missing';

referenceTests('Secret', {
  'a variable': { where: 'container', yaml: 'env:\n  - name: A\n    valueFrom:\n      secretKeyRef: { name: NAME, key: KEY }', field: 'env[0].valueFrom.secretKeyRef', keyField: 'env[0].valueFrom.secretKeyRef' },
  'all variables at once': { where: 'container', yaml: 'envFrom:\n  - secretRef: { name: NAME }', field: 'envFrom[0].secretRef.name' },
  'a volume': { where: 'pod', yaml: 'volumes:\n  - name: a\n    secret: { secretName: NAME }', field: 'volumes[0].secret.secretName' },
  'a volume of single keys': { where: 'pod', yaml: 'volumes:\n  - name: a\n    secret: { secretName: NAME, items: [{ key: KEY, path: a }] }', field: 'volumes[0].secret.secretName', keyField: 'volumes[0].secret.items[0].key' },
  'a projected volume': { where: 'pod', yaml: 'volumes:\n  - name: a\n    projected:\n      sources:\n        - secret: { name: NAME }', field: 'volumes[0].projected.sources[0].secret.name' },
  'the pull of an image': { where: 'pod', yaml: 'imagePullSecrets:\n  - { name: NAME }', field: 'imagePullSecrets[0].name', optional: false },
});

const password = (name: string, key: string) => deployment(`env: [{ name: A, valueFrom: { secretKeyRef: { name: ${name}, key: ${key} } } }]`);

test('a key may be written as text', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData: { password: a }';
  expect(problemsIn(code, documents(secret, password('db', 'password')))).toEqual([]);
  expect(problemsIn(code, documents(secret, password('db', 'passwort')))).toHaveLength(1);
});

describe('a Secret that something makes in the cluster', () => {
  const job = (made: string, namespace = 'shop') => `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: make\n  namespace: ${namespace}\n  annotations: { callsign.dev/makes-secret: '${made}' }\nspec: { template: { spec: { containers: [] } } }`;

  test('is there, with the keys that the annotation says', () => {
    expect(problemsIn(code, documents(job('{"db":["password"]}'), password('db', 'password')))).toEqual([]);
    expect(problemsIn(code, documents(job('{"db":["password"]}'), password('db', 'user')))).toMatchObject([{ message: 'The Secret db has no key "user".', expected: 'one of password' }]);
    expect(problemsIn(code, documents(job('{"cache":["password"]}'), password('db', 'password')))).toHaveLength(1);
  });

  test('is in the namespace of what makes it', () => {
    expect(problemsIn(code, documents(job('{"db":["password"]}', 'blog'), password('db', 'password')))).toHaveLength(1);
  });

  test.each(['', 'no JSON', 'null', '5', '[]', '{"db":null}', '{"db":5}', '{"db":"password"}'])('is not known where the annotation reads %s', (made) => {
    expect(problemsIn(code, documents(job(made), password('db', 'password')))).toHaveLength(1);
  });

  test('is what the mend says when nothing makes it', () => {
    expect(problemsIn(code, password('db', 'password'))).toMatchObject([{
      message: 'There is no Secret "db" in the namespace shop, and nothing here makes it.', mend: 'Annotate what makes it in the cluster: callsign.dev/makes-secret: \'{"NAME":["KEY"]}\'.',
    }]);
  });
});
