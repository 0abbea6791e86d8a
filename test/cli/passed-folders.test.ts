import { callsign, temporaryFolder } from './run';

const folder = temporaryFolder();
const POD = (reference: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop }\nspec:\n  containers:\n    - name: web\n      image: shop/web:1\n      ${reference}\n`;
const reads = (map: string) => POD(`envFrom: [{ configMapRef: { name: ${map} } }]`);
const calls = (host: string) => POD(`env: [{ name: DB_HOST, value: ${host} }]`);
const KUSTOMIZATION = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const codes = async () => {
  const { out } = await callsign(['check', '--json', folder.path]);
  return (JSON.parse(out) as { problems: { code: string }[] }).problems.map(({ code }) => code);
};

test('what a kustomization generates exists', async () => {
  folder.put('pod.yaml', reads('settings'));
  expect(await codes()).toEqual(['config-map-missing']);
  folder.put(
    'prod/kustomization.yaml',
    `${KUSTOMIZATION}configMapGenerator:\n  - { name: settings, literals: [a=b] }\n`,
  );
  expect(await codes()).toEqual([]);
  folder.put('prod/kustomization.yaml', `${KUSTOMIZATION}secretGenerator:\n  - { name: settings }\n`);
  expect(await codes()).toEqual(['config-map-missing']);
});

test('what the files of a kustomization declare exists, with its prefix too', async () => {
  folder.put('pod.yaml', calls('db'));
  folder.put('prod/kustomization.yaml', `${KUSTOMIZATION}namePrefix: prod-\nresources: [more/db.yaml]\n`);
  folder.put('prod/more/db.yaml', 'apiVersion: v1\nkind: Service\nmetadata: { name: db }\n---\n: broken: {\n');
  expect(await codes()).toEqual([]);
  folder.put('pod.yaml', calls('prod-db'));
  expect(await codes()).toEqual([]);
  folder.put('pod.yaml', calls('dev-db'));
  expect(await codes()).toEqual(['host-unknown']);
});

test('what the templates of a chart declare exists, with any text for an expression', async () => {
  folder.put('chart/Chart.yaml', 'apiVersion: v2\nname: orders\nversion: 1.0.0\n');
  folder.put(
    'chart/templates/service.yaml',
    [
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include "orders.fullname" . }}-db # the database\nspec: {}\n',
      '{{- if .Values.ui }}\napiVersion: v1\nkind: Service\nmetadata:\n  labels: {}\n  name: ui\n{{- end }}\n',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: "{{ .Release.Name }}"\n',
    ].join('---\n'),
  );
  for (const host of ['prod-db', 'ui', 'orders', 'prod-orders']) {
    folder.put('pod.yaml', calls(host));
    expect(await codes()).toEqual([]);
  }
  for (const host of ['db', 'uis', 'comments']) {
    folder.put('pod.yaml', calls(host));
    expect(await codes()).toEqual(['host-unknown']);
  }
});
