import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { deployment } from '../problems-in';

/** The only problem in the YAML, without its position. */
function problem(yaml: string) {
  const { manifests, problems } = readManifests(yaml, 'a.yaml');
  const [first, ...others] = [...problems, ...check(manifests)];
  expect(others).toEqual([]);
  const { place: _, object: __, path: ___, fieldTitle: ____, ...rest } = first!;
  return rest;
}

const web = (container: string, pod = '') => deployment(container, { pod });
const CONTAINER = 'spec.template.spec.containers[0]';

test('reports an unknown field and suggests the nearest known one', () => {
  expect(problem(web('imagePullPolicies: Always'))).toEqual({
    code: 'field-unknown',
    field: `${CONTAINER}.imagePullPolicies`,
    message: 'A Container has no field "imagePullPolicies".',
    expected: 'imagePullPolicy',
    got: 'imagePullPolicies',
    fix: 'Did you mean imagePullPolicy?',
  });
});

test('reports the correct place of a field with the wrong indentation', () => {
  expect(problem(web('terminationGracePeriodSeconds: 5'))).toMatchObject({
    expected: 'terminationGracePeriodSeconds in spec',
    fix: 'Move it out to spec.template.spec: it is indented too far.',
  });
  expect(problem(web('').replace('  template:', '  nodeSelector: {}\n  template:'))).toMatchObject({
    field: 'spec.nodeSelector',
    fix: 'Remove nodeSelector, or write one of the expected fields.',
  });
  expect(problem(web('').replace('    spec:\n', '    containers: []\n    spec:\n'))).toMatchObject({
    expected: 'containers in spec',
    fix: 'Move it into spec: it is not indented far enough.',
  });
});

test.each([
  [
    'a string instead of a number',
    'ports: [{ containerPort: "80" }]',
    'ports[0].containerPort',
    'containerPort is a string.',
    'a whole number',
    '"80"',
    'Remove the quotes.',
  ],
  [
    'a number instead of a string',
    'env: [{ name: A, value: 8080 }]',
    'env[0].value',
    'value is a number.',
    'a string',
    '8080',
    'Put it in quotes: "8080".',
  ],
  [
    'a string that YAML reads as a boolean',
    'env: [{ name: A, value: no }]',
    'env[0].value',
    'value is a boolean.',
    'a string',
    'false',
    expect.stringContaining('Put it in quotes, such as "true" or "yes". Without quotes, YAML reads a boolean.'),
  ],
  [
    'a string instead of a boolean',
    'tty: "yes"',
    'tty',
    'tty is a string.',
    'true or false',
    '"yes"',
    'Write true or false, without quotes.',
  ],
  [
    'a map instead of a list',
    'env: { A: b }',
    'env',
    'env is a map.',
    'a list',
    '{"A":"b"}',
    'Put a dash before each item.',
  ],
  [
    'a string instead of a map',
    'resources: small',
    'resources',
    'resources is a string.',
    'a map with the fields of a ResourceRequirements',
    '"small"',
    'Write a map with the fields of a ResourceRequirements.',
  ],
  [
    'a string instead of a list of strings',
    'command: run',
    'command',
    'command is a string.',
    'a list',
    '"run"',
    'Put a dash before each item.',
  ],
  [
    'an amount of memory with an unknown unit',
    'resources: { limits: { memory: 64MB } }',
    'resources.limits.memory',
    'memory is a string.',
    'a quantity such as 250m, 1.5 or 128Mi',
    '"64MB"',
    'Write a quantity such as 250m, 1.5 or 128Mi.',
  ],
])('%s', (_, container, field, message, expected, got, fix) => {
  expect(problem(web(container))).toEqual({
    code: 'type-wrong',
    field: `${CONTAINER}.${field}`,
    message,
    expected,
    got,
    fix,
  });
});

test('reports a value outside an enumeration and suggests the nearest one', () => {
  expect(problem(web('imagePullPolicy: ifnotpresent'))).toEqual({
    code: 'value-invalid',
    field: `${CONTAINER}.imagePullPolicy`,
    message: 'imagePullPolicy has the invalid value "ifnotpresent".',
    expected: 'one of Always, IfNotPresent, Never',
    got: '"ifnotpresent"',
    fix: 'Did you mean IfNotPresent?',
  });
});

test('reports all problems together, with columns', () => {
  const { manifests } = readManifests(
    web('ports: [{ containerPort: 0 }, { containerPort: x }]\nenv: {}\nimagePullpolicy: a'),
    'a.yaml',
  );
  expect(check(manifests).map(({ code, place }) => [code, place!.column])).toEqual([
    ['field-unknown', 28],
    ['type-wrong', 58],
    ['type-wrong', 11],
    ['value-invalid', 36],
  ]);
});

test('null counts as missing, and optional fields can be missing', () => {
  const { manifests } = readManifests(web('env: null\nports:\nresources: ~\nargs: [null]'), 'a.yaml');
  expect(check(manifests)).toEqual([]);
});

test('ignores third-party kinds, and versions that are disabled by default', () => {
  const objects = [
    'serving.knative.dev/v1 Service',
    'resource.k8s.io/v1beta1 ResourceClaim',
    'internal.apiserver.k8s.io/v1alpha1 StorageVersion',
    'monitoring.coreos.com/v1 ServiceMonitor',
  ];
  const yaml = objects
    .map((name) => name.split(' '))
    .map(
      ([apiVersion, kind]) =>
        `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\nspec: { anything: 1 }\n`,
    )
    .join('');
  expect(check(readManifests(yaml, 'a.yaml').manifests)).toEqual([]);
});
