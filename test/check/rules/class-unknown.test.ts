import { deployment, documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'class-unknown';
const declare = (apiVersion: string, kind: string, name: string, more = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\n${more}`;
const claim = (name: string) =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { storageClassName: ${name}, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }`;
const storage = (name: string) => declare('storage.k8s.io/v1', 'StorageClass', name, 'provisioner: a.example.com');
const ingress = (name: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a }\nspec: { ingressClassName: ${name} }`;

test('reports a misspelled name of a declared class, with its line', () => {
  const yaml = documents(storage('fast-ssd'), claim('fast-sdd'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'PersistentVolumeClaim data',
      field: 'spec.storageClassName',
      file: FILE,
      line: lineOf(yaml, 'fast-sdd'),
      message: 'There is no storage class "fast-sdd".',
      expected: 'fast-ssd',
      got: 'fast-sdd',
      fix: 'Did you mean fast-ssd? Otherwise, declare the StorageClass.',
    },
  ]);
});

test.each([
  ['a declared class', documents(storage('fast-ssd'), claim('fast-ssd'))],
  ['a class of the cluster', documents(storage('fast-ssd'), claim('standard'))],
  ['another generation', documents(storage('gp3'), claim('gp2'))],
  ['another word', documents(storage('ssd-internal'), claim('ssd-external'))],
  ['no class', documents(storage('fast-ssd'), claim('""'))],
  ['no declared class', claim('fast-sdd')],
  [
    'the class of a volume',
    documents(
      storage('manual-disk'),
      claim('manual-disks'),
      declare('v1', 'PersistentVolume', 'a', 'spec: { storageClassName: manual-disks }'),
    ),
  ],
])('accepts %s', (_, yaml) => {
  expect(problemsIn(code, yaml)).toEqual([]);
});

test('checks the classes of pods, also those of every cluster', () => {
  const pod = (line: string) => deployment('', { pod: line });
  expect(problemsIn(code, pod('priorityClassName: system-node-critcal'))).toMatchObject([
    { field: 'spec.template.spec.priorityClassName', expected: 'system-node-critical' },
  ]);
  expect(problemsIn(code, pod('priorityClassName: system-node-critical'))).toEqual([]);
  expect(problemsIn(code, pod('priorityClassName: important'))).toEqual([]);
  const gvisor = declare('node.k8s.io/v1', 'RuntimeClass', 'gvisor', 'handler: runsc');
  expect(problemsIn(code, documents(gvisor, pod('runtimeClassName: gvsior')))).toMatchObject([{ expected: 'gvisor' }]);
});

test('checks the classes of claims in pods and StatefulSets', () => {
  const spec = 'accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } }, storageClassName: fast-sdd';
  const ephemeral = `volumes: [{ name: a, ephemeral: { volumeClaimTemplate: { spec: { ${spec} } } } }]`;
  expect(problemsIn(code, documents(storage('fast-ssd'), deployment('', { pod: ephemeral })))).toMatchObject([
    { field: 'spec.template.spec.volumes[0].ephemeral.volumeClaimTemplate.spec.storageClassName' },
  ]);
  const set = `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: a }\nspec: { volumeClaimTemplates: [{ metadata: { name: data }, spec: { ${spec} } }] }`;
  expect(problemsIn(code, documents(storage('fast-ssd'), set))).toMatchObject([
    { field: 'spec.volumeClaimTemplates[0].spec.storageClassName' },
  ]);
});

test('checks the class of an Ingress and a Gateway', () => {
  expect(problemsIn(code, ingress('ngnix'))).toMatchObject([{ expected: 'nginx' }]);
  expect(problemsIn(code, ingress('nginx'))).toEqual([]);
  expect(
    problemsIn(
      code,
      ingress('ngnix').replace('name: a', 'name: a, annotations: { kubernetes.io/ingress.class: trafik }'),
    ),
  ).toHaveLength(2);
  const own = declare('networking.k8s.io/v1', 'IngressClass', 'public-edge', 'spec: { controller: a.example.com/b }');
  expect(problemsIn(code, documents(own, ingress('public-egde')))).toMatchObject([{ expected: 'public-edge' }]);
  const api = 'gateway.networking.k8s.io/v1';
  const gateway = (apiVersion: string) =>
    declare(apiVersion, 'Gateway', 'a', 'spec: { gatewayClassName: envoi, listeners: [] }');
  const envoy = declare(api, 'GatewayClass', 'envoy', 'spec: { controllerName: a.example.com/b }');
  expect(problemsIn(code, documents(envoy, gateway(api)))).toMatchObject([{ expected: 'envoy' }]);
  expect(problemsIn(code, documents(envoy, gateway('networking.istio.io/v1')))).toEqual([]);
});
