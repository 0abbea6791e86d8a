import { deployment, documents, lineOf, problemsIn } from '../problems-in';

const code = 'volume-missing';
const mount = 'volumeMounts:\n  - { name: data, mountPath: /data }';

test('reports a mount of a missing volume and suggests an existing one', () => {
  const yaml = deployment(mount, { pod: 'volumes: [{ name: date, emptyDir: {} }]' });
  expect(problemsIn(code, yaml)).toMatchObject([
    {
      object: 'Deployment shop/web',
      field: 'spec.template.spec.containers[0].volumeMounts[0].name',
      line: lineOf(yaml, 'mountPath: /data'),
      message: 'The pod has no volume "data".',
      got: 'data',
      expected: 'one of date',
      fix: 'Did you mean date? Otherwise, add the volume to the pod.',
    },
  ]);
});

test('accepts an existing volume, and the claim of a StatefulSet', () => {
  expect(problemsIn(code, deployment(mount, { pod: 'volumes: [{ name: data, emptyDir: {} }]' }))).toEqual([]);
  const set = deployment(mount).replace('kind: Deployment', 'kind: StatefulSet');
  expect(problemsIn(code, set)).toHaveLength(1);
  expect(problemsIn(code, `${set}  volumeClaimTemplates: [{ metadata: { name: data } }]\n`)).toEqual([]);
});

test('checks devices and init containers, and ignores empty lists', () => {
  expect(problemsIn(code, deployment('volumeDevices: [{ name: disk, devicePath: /dev/a }]'))).toMatchObject([
    { field: 'spec.template.spec.containers[0].volumeDevices[0].name' },
  ]);
  expect(
    problemsIn(code, deployment('', { pod: 'initContainers: [{ name: a, volumeMounts: [{ name: disk }] }]' })),
  ).toHaveLength(1);
  expect(problemsIn(code, documents(deployment('volumeMounts: [null, { name: null }, { name: 5 }]')))).toEqual([]);
});
