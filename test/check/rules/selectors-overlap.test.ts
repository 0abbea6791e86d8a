import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { deployment, documents, FILE, problemsIn } from '../problems-in';

const code = 'selectors-overlap';
const workload = (name: string, selector: string, labels = selector, kind = 'Deployment') =>
  deployment('', { name })
    .replace('kind: Deployment', `kind: ${kind}`)
    .replace(`matchLabels: { app: ${name} }`, `matchLabels: ${selector}`)
    .replace(`labels: { app: ${name} } }\n    spec`, `labels: ${labels} }\n    spec`);

test('reports two workloads that select the pods of each other, once', () => {
  const yaml = documents(
    workload('web', '{ app: shop }'),
    workload('api', '{ app: shop }', '{ app: shop, tier: api }'),
  );
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Deployment shop/web',
      field: 'spec.selector',
      file: FILE,
      line: 6,
      message:
        'The selector also matches the pods of Deployment shop/api, and the selector of Deployment shop/api matches these pods.',
      expected: 'labels that only the pods of one workload have',
      got: 'app=shop',
      fix: 'Add a label that distinguishes Deployment shop/web from Deployment shop/api to the selectors and the pod templates.',
    },
  ]);
});

test.each([
  ['other labels', documents(workload('web', '{ app: web }'), workload('api', '{ app: api }'))],
  ['one direction', documents(workload('web', '{ app: a }'), workload('api', '{ app: a, track: b }'))],
  ['the same workload twice', documents(workload('web', '{ app: a }'), workload('web', '{ app: a }'))],
  [
    'another namespace',
    documents(workload('web', '{ app: a }'), workload('api', '{ app: a }').replace('shop }', 'bank }')),
  ],
  ['no selector', documents(workload('web', '{}', '{ app: a }'), workload('api', '{ app: a }'))],
  ['a Job', documents(workload('web', '{ app: a }'), workload('api', '{ app: a }', '{ app: a }', 'Job'))],
])('accepts %s', (_, yaml) => {
  expect(problemsIn(code, yaml)).toEqual([]);
});

test('compares workloads of different kinds', () => {
  const set = workload('db', '{ app: a }', '{ app: a }', 'StatefulSet');
  expect(problemsIn(code, documents(workload('web', '{ app: a }'), set))).toHaveLength(1);
});

test('examples without a namespace in several folders are alternatives', () => {
  const found = (namespace: string) =>
    check(
      ['web', 'api'].flatMap((name) => {
        const yaml = workload(name, '{ app: a }').replace(', namespace: shop', namespace);
        return readManifests(yaml, `${name}/a.yaml`).manifests;
      }),
    ).filter((problem) => problem.code === code);
  expect(found('')).toEqual([]);
  expect(found(', namespace: shop')).toHaveLength(1);
});

test('two kinds of workload with one name in several folders are alternatives', () => {
  const found = (folder: string) =>
    check(
      [
        ['a', 'DaemonSet'],
        [folder, 'Deployment'],
      ].flatMap(
        ([at, kind]) =>
          readManifests(workload('web', '{ app: a }', '{ app: a }', kind), `${at}/${kind}.yaml`).manifests,
      ),
    ).filter((problem) => problem.code === code);
  expect(found('b')).toEqual([]);
  expect(found('a')).toHaveLength(1);
});
