import { deployment, documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'claim-missing';
const claim = (name: string, namespace = 'shop') =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: ${name}, namespace: ${namespace} }`;
const mounting = (name: string) =>
  deployment('', {
    pod: `volumes:\n  - name: scratch\n    emptyDir: {}\n  - name: data\n    persistentVolumeClaim:\n      claimName: ${name}`,
  });

test('reports a missing claim and suggests an existing one', () => {
  const yaml = documents(claim('uploads'), mounting('upload'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Deployment shop/web',
      field: 'spec.template.spec.volumes[1].persistentVolumeClaim.claimName',
      file: FILE,
      line: lineOf(yaml, 'claimName: upload'),
      message: 'There is no claim "upload" in the namespace shop.',
      expected: 'one of uploads',
      got: 'upload',
      fix: 'Did you mean uploads? Otherwise, add the PersistentVolumeClaim.',
    },
  ]);
});

test('accepts an existing claim in the same namespace', () => {
  expect(problemsIn(code, documents(claim('uploads'), mounting('uploads')))).toEqual([]);
  expect(problemsIn(code, documents(claim('uploads', 'blog'), mounting('uploads')))).toHaveLength(1);
});

describe('the claims of a StatefulSet', () => {
  const set = (template: string, namespace = 'shop') =>
    `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: postgres, namespace: ${namespace} }\nspec: { template: { spec: { containers: [] } }, volumeClaimTemplates: ${template} }`;
  const data = '[{ metadata: { name: data } }]';

  test('have the names of its pods', () => {
    for (const name of ['data-postgres-0', 'data-postgres-12'])
      expect(problemsIn(code, documents(set(data), mounting(name)))).toEqual([]);
    for (const name of [
      'data-postgres',
      'data-postgres-',
      'data-postgres-a',
      'data-postgres-0-1',
      'logs-postgres-0',
      'x-data-postgres-0',
    ])
      expect(problemsIn(code, documents(set(data), mounting(name)))).toHaveLength(1);
  });

  test('are in its namespace', () => {
    expect(problemsIn(code, documents(set(data, 'blog'), mounting('data-postgres-0')))).toHaveLength(1);
  });

  test('need no separate PersistentVolumeClaims', () => {
    expect(problemsIn(code, set(data))).toEqual([]);
  });

  test.each(['null', '[]', '[{}]', '[{ metadata: null }]', '[{ metadata: { name: "(" } }]'])(
    'do not exist if the templates are %s',
    (templates) => {
      expect(problemsIn(code, documents(set(templates), mounting('data-postgres-0')))).toHaveLength(1);
    },
  );
});

test.each([
  'volumes: null',
  'volumes: []',
  'volumes: [{ name: a, emptyDir: {} }]',
  'volumes: [{ name: a, persistentVolumeClaim: null }]',
  'volumes: [{ name: a, ephemeral: { volumeClaimTemplate: {} } }]',
])('%s uses no claim', (volumes) => {
  expect(problemsIn(code, deployment('', { pod: volumes }))).toEqual([]);
});

test('a claim template replaces a volume of the same name', () => {
  const set = deployment('', { pod: 'volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]' }).replace(
    'kind: Deployment',
    'kind: StatefulSet',
  );
  expect(problemsIn(code, set)).toHaveLength(1);
  expect(problemsIn(code, `${set}  volumeClaimTemplates: [{ metadata: { name: data } }]\n`)).toEqual([]);
  expect(problemsIn(code, `${set}  volumeClaimTemplates: [{ metadata: { name: other } }]\n`)).toHaveLength(1);
});
