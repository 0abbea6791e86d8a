import { deployment, documents, problemsIn } from '../problems-in';
import { referenceTests } from './references';

const code = 'config-map-missing';

referenceTests('ConfigMap', {
  'a variable': {
    where: 'container',
    yaml: 'env:\n  - name: A\n    valueFrom:\n      configMapKeyRef: { name: NAME, key: KEY }',
    field: 'env[0].valueFrom.configMapKeyRef',
    keyField: 'env[0].valueFrom.configMapKeyRef',
  },
  'all variables at once': {
    where: 'container',
    yaml: 'envFrom:\n  - configMapRef: { name: NAME }',
    field: 'envFrom[0].configMapRef.name',
  },
  'a volume': {
    where: 'pod',
    yaml: 'volumes:\n  - name: a\n    configMap: { name: NAME }',
    field: 'volumes[0].configMap.name',
  },
  'a volume of single keys': {
    where: 'pod',
    yaml: 'volumes:\n  - name: a\n    configMap: { name: NAME, items: [{ key: KEY, path: a }] }',
    field: 'volumes[0].configMap.name',
    keyField: 'volumes[0].configMap.items[0].key',
  },
  'a projected volume': {
    where: 'pod',
    yaml: 'volumes:\n  - name: a\n    projected:\n      sources:\n        - configMap: { name: NAME }',
    field: 'volumes[0].projected.sources[0].configMap.name',
  },
});

test('a key can be binary', () => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: theme, namespace: shop }\nbinaryData: { logo: aGk= }';
  const pod = (key: string) =>
    deployment(`env: [{ name: A, valueFrom: { configMapKeyRef: { name: theme, key: ${key} } } }]`);
  expect(problemsIn(code, documents(map, pod('logo')))).toEqual([]);
  expect(problemsIn(code, documents(map, pod('icon')))).toHaveLength(1);
});

test('the certificate of the cluster is in every namespace', () => {
  const pod = (name: string) => deployment('', { pod: `volumes: [{ name: a, configMap: { name: ${name} } }]` });
  expect(problemsIn(code, pod('kube-root-ca.crt'))).toEqual([]);
  expect(problemsIn(code, pod('kube-root-ca'))).toHaveLength(1);
});
