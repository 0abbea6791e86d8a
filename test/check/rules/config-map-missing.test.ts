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

describe('a file of a mounted ConfigMap', () => {
  const map =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: conf, namespace: shop }\ndata: { app.yaml: a, log.ini: b }';
  const found = (container: string, { items = '', mount = '', data = map } = {}) =>
    problemsIn(
      code,
      documents(
        data,
        deployment(`volumeMounts:\n  - { name: conf, mountPath: /etc/app${mount} }\n${container}`, {
          pod: `volumes: [{ name: conf, configMap: { name: conf${items} } }]`,
        }),
      ),
    );

  test('is one of its keys', () => {
    expect(found('', { mount: ', subPath: ap.yaml' })).toMatchObject([
      {
        field: 'spec.template.spec.containers[0].volumeMounts[0].subPath',
        message: 'The ConfigMap conf has no key "ap.yaml", so the volume has no such file.',
        fix: 'Did you mean app.yaml? Otherwise, add the key.',
      },
    ]);
    expect(found('', { mount: '/app.yaml, subPath: app.yaml' })).toEqual([]);
    expect(found('', { mount: '/app.yaml, subPathExpr: $(FILE)' })).toEqual([]);
  });

  test.each([
    ['args: ["--config=/etc/app/app.yml"]', 1],
    ['args: ["-c", "/etc/app/../app/gone"]', 0],
    ['command: [serve, /etc/app/gone.yaml]', 1],
    ['args: ["--config=/etc/app/app.yaml,/etc/app/gone.ini"]', 1],
    ['args: ["--config=/etc/app/app.yaml"]', 0],
    ['args: ["--config=file:///etc/app/..data/app.yaml"]', 0],
    ['args: ["--dir=/etc/app", "--other=/etc/app/", "/etc/apps/a", "/x/etc/app/a"]', 0],
    ['args: ["--config=/etc/app/*.yaml", "/etc/app/$(FILE)", "/etc/app/{a,b}.yaml", "/etc/app/$NAME.yaml"]', 0],
    ['command: [sh, -c, "test -f /etc/app/gone.yaml && run"]', 0],
    ['command: [sh, -c, "run /etc/app/app.yamll"]', 1],
    ['env: [{ name: CONFIG, value: /etc/app/app.ymal }]', 1],
    ['env: [{ name: CONFIG, value: /etc/app/gone.yaml }]', 0],
  ])('in %s has %d problems', (container, number) => {
    expect(found(container)).toHaveLength(number);
  });

  test('can be in another volume below', () => {
    const both = '- { name: other, mountPath: /etc/app/conf.d }';
    expect(found(`  ${both}\nargs: ["/etc/app/conf.d/a"]`)).toEqual([]);
    expect(found(`  ${both}\nargs: ["/etc/app/a"]`)).toHaveLength(1);
  });

  test('is one of the items, if the volume lists them', () => {
    const items = ', items: [{ key: app.yaml, path: sub/main.yaml }]';
    expect(found('args: [/etc/app/sub/main.yaml, /etc/app/sub]', { items })).toEqual([]);
    expect(found('args: [/etc/app/app.yaml]', { items })).toMatchObject([{ expected: 'one of sub/main.yaml' }]);
  });

  test('is unknown if the ConfigMap is optional, empty or not in the manifests', () => {
    const args = 'args: [/etc/app/gone]';
    expect(found(args, { items: ', optional: true' })).toEqual([]);
    expect(found(args, { data: map.replace(/\ndata: .*/, '') })).toEqual([]);
    expect(found(args, { data: map.replace('conf', 'other') })).toHaveLength(1);
  });
});

test('an object that fills a ConfigMap in the cluster says which keys it adds', () => {
  const job = `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migration\n  namespace: shop\n  annotations: { callsign.dev/fills-config-map: '{"done":["v2"]}' }\nspec: { template: { spec: { containers: [] } } }`;
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: done, namespace: shop }';
  const reader = (key: string) =>
    deployment(`env: [{ name: A, valueFrom: { configMapKeyRef: { name: done, key: ${key} } } }]`);
  expect(problemsIn('config-map-missing', documents(job, map, reader('v2')))).toEqual([]);
  expect(problemsIn('config-map-missing', documents(job, map, reader('v1')))).toMatchObject([
    { message: 'The ConfigMap done has no key "v1".', expected: 'one of v2' },
  ]);
});
