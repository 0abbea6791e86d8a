import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { deployment, documents, lineOf, service } from '../problems-in';

const POD = (image: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  containers:\n    - name: web\n      image: ${image}\n${more}`;
/** The problems of a file as code and line. */
function problems(yaml: string): [string, number][] {
  const read = readManifests(yaml, 'shop.yaml');
  return [...read.problems, ...check(read.manifests)].map(({ code, place }) => [code, place!.line]);
}

test('a placeholder is one problem of the file, with its place and how to render it', () => {
  const yaml = documents(POD('"${IMAGE}"'), POD('"${IMAGE}"').replace('name: web', 'name: "${APP}"'));
  expect(readManifests(yaml, 'shop.yaml').problems).toEqual([
    {
      code: 'placeholder-left',
      message: 'This file is a template: it contains the placeholder "${IMAGE}".',
      place: { file: 'shop.yaml', line: 8, column: 14 },
      expected: 'a file without placeholders',
      got: '"${IMAGE}"',
      fix: 'Replace the placeholders and check the result: envsubst < shop.yaml | callsign check -.',
    },
  ]);
  expect(problems(yaml)).toHaveLength(1);
});

test.each([
  ['"{{ .Values.image }}"', 'Render the template and check the result: helm template CHART | callsign check -.'],
  ['$(IMAGE)', 'Render the kustomization and check the result: kubectl kustomize FOLDER | callsign check -.'],
  ['$IMAGE_TAG', 'Replace the placeholders and check the result: envsubst < a.yaml | callsign check -.'],
  ['<IMAGE>', 'Replace the placeholders and check the result.'],
  ['__IMAGE__', 'Replace the placeholders and check the result.'],
  ['"@IMAGE@:1"', 'Replace the placeholders and check the result.'],
  ['gcr.io/PROJECT_ID/web:1', 'Replace the placeholders and check the result.'],
  ['REPLACE_ME', 'Replace the placeholders and check the result.'],
  ['"your.registry/<name>:1"', 'Replace the placeholders and check the result.'],
])('the image %s is a placeholder', (image, fix) => {
  expect(readManifests(POD(image), 'a.yaml').problems).toMatchObject([{ code: 'placeholder-left', fix }]);
  expect(problems(POD(image))).toEqual([['placeholder-left', 7]]);
});

test.each([
  ['a template without quotes', POD('{{ .Values.image }}')],
  ['a template with conditions', `{{- if .Values.web }}\n${POD('{{ .Values.image }}:1')}{{- end }}\n`],
  ['a Jinja template', `{% if web %}\n${POD('web:{{ tag }}')}{% endif %}\n`],
  ['a name in braces before text', POD('{user}/web:1')],
])('%s is one problem', (_, yaml) => {
  expect(problems(yaml).map(([code]) => code)).toEqual(['placeholder-left']);
});

test('the objects of a template have names for other objects', () => {
  const yaml = documents(
    deployment(
      'env: [{ name: API_URL, value: "http://shop-api" }]\nenvFrom: [{ configMapRef: { name: shop-settings } }]',
    ),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "${APP}-settings", namespace: shop }',
    service('${APP}-api').replaceAll('${APP}-api', '"${APP}-api"').replace('app: "${APP}-api"', 'app: web'),
  );
  expect(problems(yaml).map(([code]) => code)).toEqual(['placeholder-left']);
  expect(problems(yaml.replaceAll('${APP}-settings', '${APP}-config')).map(([code]) => code)).toEqual([
    'placeholder-left',
    'config-map-missing',
  ]);
});

test('a selector may match the labels of a template', () => {
  const of = (label: string) =>
    documents(service('web'), deployment('', { name: '"${APP}"' }).replaceAll('app: "${APP}"', `app: ${label}`));
  expect(problems(of('"${APP}"')).map(([code]) => code)).toEqual(['placeholder-left']);
  expect(problems(of('web')).map(([code]) => code)).toEqual(['placeholder-left']);
  expect(problems(of('other')).map(([code]) => code)).toEqual(['placeholder-left', 'service-without-pods']);
});

test('the objects of a template that is not YAML have names too', () => {
  const yaml = documents(service('web'), deployment('').replace('namespace: shop', 'namespace: {{ ns }}'));
  expect(problems(yaml).map(([code]) => code)).toEqual(['placeholder-left']);
});

test('other problems of the same file are reported', () => {
  const yaml = documents(POD('"${IMAGE}"', '      prots: []\n'), service('api', { namespace: 'default' }));
  expect(problems(yaml)).toEqual([
    ['placeholder-left', lineOf(yaml, '${IMAGE}')],
    ['field-unknown', lineOf(yaml, 'prots')],
    ['service-without-pods', lineOf(yaml, 'app: api')],
  ]);
});

test.each([
  [
    'variables and arguments',
    POD(
      'web:1',
      '      args: ["$(POD_IP)", "${HOME}", "<a>"]\n      env: [{ name: POD_IP, value: a }, { name: OTHER, value: b }, { name: MY_NAME, value: "$(OTHER)/<x>" }]\n',
    ),
  ],
  ['a ConfigMap', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: "{{ .Name }} ${X} <b>" }'],
  ['annotations', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, annotations: { a: "{{ x }}" } }'],
  [
    'a custom kind',
    'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: { name: a }\nspec: { name: "{{inputs.name}}" }',
  ],
  [
    'the parameters of a storage class',
    'apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: a }\nprovisioner: a.b\nparameters: { a/b: "${pvc.name}" }',
  ],
  ['capitals in a tag', POD('minio/minio:RELEASE.2025-01-02T03-04-05Z')],
  [
    'the name of a header',
    POD('web:1', '      livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: X-API-KEY, value: a }] } }\n'),
  ],
  [
    'the name of a group',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: READ-ONLY }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }\nsubjects: [{ apiGroup: rbac.authorization.k8s.io, kind: Group, name: DEV_TEAM }]',
  ],
  ['capitals in a capability', POD('web:1', '      securityContext: { capabilities: { add: [NET_ADMIN] } }\n')],
  [
    'the key of a Secret',
    POD(
      'web:1',
      '      env: [{ name: A_B, valueFrom: { secretKeyRef: { name: s, key: DB_PASSWORD, optional: true } } }]\n',
    ),
  ],
  [
    'the pattern of a path',
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a }\nspec: { rules: [{ http: { paths: [{ path: "/a(/|$)(?<x>.*)", pathType: ImplementationSpecific, backend: { resource: { apiGroup: a.b, kind: A, name: b } } }] } }] }',
  ],
])('%s may contain text that looks like a placeholder', (_, yaml) => {
  expect(problems(yaml)).toEqual([]);
});
