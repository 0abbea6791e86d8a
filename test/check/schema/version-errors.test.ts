import { parse } from 'yaml';
import type { KubeObject } from '../../../src/k8s/objects';
import { fieldText } from '../../../src/k8s/objects';
import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { DEPRECATED_FIELDS } from '../../../src/check/schema/internal/deprecated';
import { kubernetesVersions } from '../../../src/check/schema/kubernetes-versions';
import { schemas } from '../../../src/check/schema/schemas';
import { versionErrors } from '../../../src/check/schema/version-errors';

const { oldest, newest, fields, values, kinds, preview } = kubernetesVersions();

/** The errors of YAML in a version, as `CODE FIELD`. */
const errorsIn = (minor: number, yaml: string) =>
  versionErrors(parse(yaml) as KubeObject, minor).map(({ code, field }) => `${code} ${fieldText(field)}`);

const pod = (spec: string, container = '') =>
  `{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { ${spec} containers: [{ name: a, image: 'a:1' ${container} }] } }`;
const object = (apiVersion: string, kind: string, more = '') =>
  `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: a } ${more} }`;

// Each row: the object, then its errors in 1.33, 1.34 and so on.
test.each([
  [
    'a field that is new, then off by default, then on',
    pod("hostnameOverride: 'x',"),
    ['version-missing', 'feature-off', '', '', ''],
    'spec.hostnameOverride',
  ],
  [
    'a field in a container',
    pod('', ', restartPolicyRules: []'),
    ['version-missing', 'feature-off', '', '', ''],
    'spec.containers[0].restartPolicyRules',
  ],
  [
    'a field that the oldest version has, off by default',
    pod("volumes: [{ name: i, image: { reference: 'x:1' } }],"),
    ['feature-off', 'feature-off', '', '', ''],
    'spec.volumes[0].image',
  ],
  [
    'a field that is off in the newest version too',
    pod('', ', lifecycle: { stopSignal: SIGTERM }'),
    ['feature-off', 'feature-off', 'feature-off', 'feature-off', 'feature-off'],
    'spec.containers[0].lifecycle.stopSignal',
  ],
  [
    'a value of an enumeration',
    object('apps/v1', 'StatefulSet', ', spec: { updateStrategy: { type: Recreate } }'),
    ['version-missing', 'version-missing', 'version-missing', 'version-missing', 'feature-off'],
    'spec.updateStrategy.type',
  ],
  [
    'a kind that is new',
    object('resource.k8s.io/v1', 'DeviceClass'),
    ['version-missing', '', '', '', ''],
    'apiVersion',
  ],
  [
    'a beta kind that is removed',
    object('networking.k8s.io/v1beta1', 'ServiceCIDR'),
    ['feature-off', 'feature-off', 'feature-off', 'feature-off', 'version-missing'],
    'apiVersion',
  ],
  [
    'a field that is deprecated later',
    object('v1', 'Service', ', spec: { externalIPs: [192.0.2.1] }'),
    ['', '', '', 'api-deprecated', 'api-deprecated'],
    'spec.externalIPs',
  ],
  [
    'a value that is deprecated later',
    object('v1', 'Service', ', spec: { trafficDistribution: PreferClose }'),
    ['', '', 'api-deprecated', 'api-deprecated', 'api-deprecated'],
    'spec.trafficDistribution',
  ],
])('%s', (_, yaml, expected, field) => {
  const found = [33, 34, 35, 36, 37].map((minor) => errorsIn(minor, yaml));
  expect(found).toEqual(expected.map((code) => (code ? [`${code} ${field}`] : [])));
});

test.each([
  ['a kind', object('v1', 'Endpoints'), 'kind'],
  ['the old name of a field', pod('serviceAccount: x,'), 'spec.serviceAccount'],
  ['a volume', pod('volumes: [{ name: g, gitRepo: { repository: x } }],'), 'spec.volumes[0].gitRepo'],
  [
    'a node label',
    pod("nodeSelector: { 'beta.kubernetes.io/os': linux },"),
    "spec.nodeSelector['beta.kubernetes.io/os']",
  ],
  [
    'a node label of a spread',
    pod('topologySpreadConstraints: [{ topologyKey: failure-domain.beta.kubernetes.io/zone }],'),
    'spec.topologySpreadConstraints[0].topologyKey',
  ],
  [
    'an annotation of an object',
    `{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: a, annotations: { kubernetes.io/ingress.class: nginx } } }`,
    "metadata.annotations['kubernetes.io/ingress.class']",
  ],
  [
    'an annotation of a pod template, by its prefix',
    `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { annotations: { container.apparmor.security.beta.kubernetes.io/a: x } } } } }`,
    "spec.template.metadata.annotations['container.apparmor.security.beta.kubernetes.io/a']",
  ],
])('%s is deprecated', (_, yaml, field) => {
  expect(errorsIn(newest, yaml)).toEqual([`api-deprecated ${field}`]);
});

test.each([
  [
    'an annotation of another kind',
    `{ apiVersion: v1, kind: ConfigMap, metadata: { name: a, annotations: { kubernetes.io/ingress.class: nginx } } }`,
  ],
  ['a custom kind', object('shop.example.com/v1', 'Pod', ', spec: { hostnameOverride: x }')],
  ['a field without a value', pod('hostnameOverride: null,')],
  ['a value of another type', pod('volumes: 7,')],
  ['the name of a container', pod('', ', restartPolicy: Always')],
])('%s is fine in every version', (_, yaml) => {
  for (let minor = oldest; minor <= newest; minor++) expect(errorsIn(minor, yaml)).toEqual([]);
});

test('a message names the version that has the field, and the fix', () => {
  expect(versionErrors(parse(pod('hostnameOverride: x,')) as KubeObject, 33)).toEqual([
    {
      code: 'version-missing',
      field: ['spec', 'hostnameOverride'],
      message: 'The field hostnameOverride of a PodSpec does not exist in Kubernetes 1.33.',
      expected: 'Kubernetes 1.34 or newer',
      got: '1.33',
      fix: 'Remove it, or update the cluster to 1.35.',
    },
  ]);
  expect(versionErrors(parse(object('networking.k8s.io/v1beta1', 'ServiceCIDR')) as KubeObject, 37)).toEqual([
    {
      code: 'version-missing',
      field: ['apiVersion'],
      message: 'Kubernetes 1.37 does not serve ServiceCIDR in networking.k8s.io/v1beta1.',
      expected: 'networking.k8s.io/v1',
      got: 'networking.k8s.io/v1beta1',
      fix: 'Write apiVersion: networking.k8s.io/v1, and update the fields that changed.',
    },
  ]);
});

test('every entry names a field, a value or a kind of the schemas', () => {
  const { types, kinds: known } = schemas();
  const exists = (name: string) => {
    const [field, value] = name.split('=') as [string, string?];
    const type = field.slice(0, field.lastIndexOf('.'));
    const expression = types[type]?.fields[field.slice(type.length + 1)];
    return (
      expression !== undefined &&
      (value === undefined || !expression.includes('"') || expression.includes(`"${value}"`))
    );
  };
  const names = [...Object.keys(fields), ...Object.keys(values), ...Object.keys(DEPRECATED_FIELDS)];
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !exists(name))).toEqual([]);
  const stable = Object.keys(kinds).filter((name) => !preview.includes(name));
  expect(stable.filter((name) => !(name in known))).toEqual([]);
});

test('the newest version is the one of the schemas', () => {
  expect(schemas().version).toMatch(new RegExp(`^v1\\.${newest}\\.`));
});

test('check applies the rules, and judges their waivers, only for a named version', () => {
  const yaml = `apiVersion: v1
kind: Service
metadata:
  name: a
  namespace: shop
  annotations:
    waive.callsign.dev/api-deprecated: The addresses move next year.
spec:
  type: ExternalName
  externalName: example.com
  externalIPs: [192.0.2.1]
`;
  const codes = (kubernetes?: number) =>
    check(readManifests(yaml, 'a.yaml').manifests, 'wiring', { kubernetes }).map(({ code }) => code);
  expect(codes()).toEqual([]);
  expect(codes(36)).toEqual([]);
  expect(codes(35)).toEqual(['waiver-unused']);
});
