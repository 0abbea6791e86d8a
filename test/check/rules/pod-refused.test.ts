import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { deployment, documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'pod-refused';
const namespace = (level: string, more = '') =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: ${level} }${more} }`;
const found = (level: string, container: string, pod = '') =>
  problemsIn(code, documents(namespace(level), deployment(container, { pod })));
const SAFE =
  'securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: [ALL] }, seccompProfile: { type: RuntimeDefault } }';

test('reports what the level of the namespace refuses, with its line', () => {
  const yaml = documents(namespace('baseline'), deployment('securityContext:\n  privileged: true'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Deployment shop/web',
      field: 'spec.template.spec.containers[0].securityContext.privileged',
      file: FILE,
      line: lineOf(yaml, 'privileged: true'),
      message:
        'The namespace shop enforces the level baseline. The container "web" is privileged and has full access to its node.',
      expected: 'privileged: false',
      got: 'true',
      fix: 'Remove securityContext.privileged.',
    },
  ]);
});

test.each([
  ['', 4],
  [SAFE, 0],
  [SAFE.replace('drop: [ALL]', 'drop: [ALL], add: [NET_BIND_SERVICE]'), 0],
  [SAFE.replace('drop: [ALL]', 'drop: [ALL], add: [CHOWN]'), 1],
  [SAFE.replace('runAsNonRoot: true', 'runAsNonRoot: true, runAsUser: 0'), 1],
])('of restricted, %s breaks %d requirements', (container, number) => {
  expect(found('restricted', container)).toHaveLength(number);
});

test.each([
  ['', '', 0],
  ['securityContext: { capabilities: { add: [CHOWN] } }', '', 0],
  ['securityContext: { capabilities: { add: [CHOWN, NET_ADMIN] } }', '', 1],
  ['securityContext: { seccompProfile: { type: Unconfined } }', '', 1],
  ['ports: [{ containerPort: 80, hostPort: 80 }]', '', 1],
  ['', 'hostPID: true', 1],
  ['', 'volumes: [{ name: a, hostPath: { path: / } }]', 1],
  ['', 'volumes: [{ name: a, nfs: { path: /, server: a } }]', 0],
  ['', 'securityContext: { sysctls: [{ name: kernel.msgmax, value: "1" }] }', 1],
])('of baseline, %s %s breaks %d requirements', (container, pod, number) => {
  expect(found('baseline', container, pod)).toHaveLength(number);
});

test('the levels have exceptions', () => {
  expect(found('restricted', SAFE.replace('runAsNonRoot: true, ', ''), 'hostUsers: false')).toEqual([]);
  expect(found('restricted', 'securityContext: { runAsNonRoot: true }', 'os: { name: windows }')).toEqual([]);
});

test.each([
  documents(namespace('privileged'), deployment('')),
  documents(namespace('restricted').replace('enforce', 'warn'), deployment('')),
  documents(namespace('restricted').replace('name: shop', 'name: bank'), deployment('')),
  // OpenShift completes the security settings.
  documents(namespace('restricted', ', annotations: { openshift.io/description: a }'), deployment('')),
])('accepts %s', (yaml) => {
  expect(problemsIn(code, yaml)).toEqual([]);
});

test('the hardened profile reports each violation once', () => {
  const codes = (level: string) =>
    check(readManifests(documents(namespace(level), deployment('')), FILE).manifests, 'hardened').map(
      (one) => one.code,
    );
  expect(codes('restricted').filter((one) => one === code)).toHaveLength(4);
  expect(codes('restricted')).not.toContain('root-allowed');
  expect(codes('restricted')).toContain('requests-missing');
  expect(codes('privileged')).toContain('root-allowed');
  expect(codes('privileged')).not.toContain(code);
});
