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

test('the pods of a chart have the labels without expressions', async () => {
  folder.put('chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
  const chart = (label: string) =>
    folder.put(
      'chart/templates/web.yaml',
      `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    outer: web
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata:
      annotations:
        a: b
      labels:
        {{- include "shop.labels" . | nindent 8 }}
        ${label}
        tier: {{ .Values.tier }}
    spec:
      containers: []
`,
    );
  const selects = (label: string) =>
    folder.put(
      'service.yaml',
      `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: { ${label} }, ports: [{ port: 80 }] }\n---\n${POD('')}`,
    );
  selects('app: web');
  chart('app: web');
  expect(await codes()).toEqual([]);
  chart('app: "web"');
  expect(await codes()).toEqual([]);
  chart('app: webb');
  expect(await codes()).toEqual(['service-without-pods']);
  chart('app: web');
  selects('outer: web');
  expect(await codes()).toEqual(['service-without-pods']);
});

test('the copies of other modules in a vendor folder of Go are skipped', async () => {
  folder.put('vendor/example.com/pod.yaml', reads('settings'));
  folder.put('pod.yaml', POD('').replace('name: web,', 'name: api,'));
  expect(await codes()).toEqual(['config-map-missing']);
  folder.put('vendor/modules.txt', '# example.com v1.0.0\n');
  expect(await codes()).toEqual([]);
});

test('a kustomization can set the namespace of the subjects whose ServiceAccount has none', async () => {
  folder.put(
    'rbac/role.yaml',
    `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: web }]
`,
  );
  const account = (namespace = '') =>
    folder.put('rbac/account.yaml', `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web${namespace} }\n`);
  account();
  expect(await codes()).toEqual(['field-missing']);
  folder.put('rbac/kustomization.yaml', `${KUSTOMIZATION}resources: [role.yaml, account.yaml]\n`);
  expect(await codes()).toEqual([]);
  account(', namespace: shop');
  expect(await codes()).toEqual(['field-missing']);
});

test('objects that a test expects in the cluster are no manifests', async () => {
  const owned = (uid: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: web, ownerReferences: [{ apiVersion: a/v1, kind: A, name: a${uid} }] }\nspec: { containers: [{ name: web }] }\n`;
  folder.put('pod.yaml', POD(''));
  folder.put('expected/pod.yaml', owned(''));
  expect(await codes()).toEqual([]);
  folder.put('expected/pod.yaml', owned(', uid: b'));
  expect(await codes()).toContain('field-missing');
});
