import { check } from '../../../src/check/check';
import { Image, Microservice } from '../../../src/index';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/agent:1.0.0');
const app = (change: (agent: Microservice) => unknown, namespace?: string | null) =>
  chart((scope) => {
    change(new Microservice(scope, 'agent', { image }));
  }, namespace);
const codesOf = (change: (agent: Microservice) => unknown) =>
  check(
    synthesize(app(change)).flatMap(({ manifests }) => manifests),
    'hardened',
  ).map(({ code }) => code);

test('without rights there is no role, no token and no access to the API server', () => {
  const objects = objectsOf(app(() => undefined));
  expect(objects.filter(({ kind }) => kind.includes('Role'))).toEqual([]);
  expect(find(objects, 'Deployment', 'agent').spec.template.spec.automountServiceAccountToken).toBe(false);
  expect(JSON.stringify(find(objects, 'NetworkPolicy', 'agent'))).not.toContain('6443');
});

test('rights become one role with a binding, a token, and egress to the API server', () => {
  const objects = objectsOf(
    app((agent) =>
      agent
        .may(['get', 'list'], 'pods')
        .may('get', 'pods/log')
        .may(['patch'], 'deployments.apps', { names: ['web'] }),
    ),
  );
  expect(find(objects, 'Role', 'agent').rules).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'], resourceNames: ['web'] },
  ]);
  expect(find(objects, 'RoleBinding', 'agent')).toMatchObject({
    roleRef: { kind: 'Role', name: 'agent' },
    subjects: [{ kind: 'ServiceAccount', name: 'agent', namespace: 'shop' }],
  });
  expect(find(objects, 'Deployment', 'agent').spec.template.spec.automountServiceAccountToken).toBe(true);
  expect(find(objects, 'NetworkPolicy', 'agent').spec.egress).toContainEqual({
    ports: [
      { port: 443, protocol: 'TCP' },
      { port: 6443, protocol: 'TCP' },
    ],
  });
});

test('a right everywhere is a ClusterRole with the namespace in its name', () => {
  const everywhere = (agent: Microservice) =>
    agent.may('get', 'pods').may('list', 'nodes', { everywhere: true, reason: 'It shows the load of all nodes.' });
  const objects = objectsOf(app(everywhere));
  expect(find(objects, 'ClusterRole', 'shop-agent')).toMatchObject({
    rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }],
  });
  expect(find(objects, 'ClusterRole', 'shop-agent').metadata).not.toHaveProperty('namespace');
  expect(find(objects, 'Role', 'agent').rules).toHaveLength(1);
  expect(find(objectsOf(app(everywhere, null)), 'ClusterRoleBinding', 'agent').subjects).toEqual([
    { kind: 'ServiceAccount', name: 'agent' },
  ]);
});

test('the hardened profile accepts rights, and wide ones with their reason', () => {
  const before = codesOf(() => undefined);
  expect(codesOf((agent) => agent.may(['get', 'list'], 'pods'))).toEqual(before);
  expect(codesOf((agent) => agent.may('get', 'secrets', { names: ['login'] }))).toEqual(before);
  const reason = 'It copies them to other clusters.';
  expect(codesOf((agent) => agent.may(['get', 'list'], 'secrets', { reason }))).toEqual(before);
  expect(codesOf((agent) => agent.may('*', 'configmaps', { reason }))).toEqual(before);
  expect(codesOf((agent) => agent.may('get', '*', { reason }))).toEqual(before);
});

test.each<[name: string, change: (agent: Microservice) => unknown, message: string]>([
  ['no verb', (agent) => agent.may([], 'pods'), 'The right has no verb.'],
  ['an unknown verb', (agent) => agent.may('read' as 'get', 'pods'), 'The verb is unknown.'],
  ['a kind', (agent) => agent.may('get', 'Pod'), 'This is not the name of a resource.'],
  ['every verb without a reason', (agent) => agent.may('*', 'pods'), 'A wide right needs a reason.'],
  ['every resource', (agent) => agent.may('get', '*'), 'A wide right needs a reason.'],
  ['all Secrets', (agent) => agent.may('list', 'secrets'), 'A wide right needs a reason.'],
  [
    'everywhere',
    (agent) => agent.may('list', 'nodes', { everywhere: true, reason: 'no' }),
    'A wide right needs a reason.',
  ],
])('%s is a problem', (_, change, message) => {
  expect(problemsOf(app(change))).toMatchObject([
    { code: 'construct-invalid', field: 'may', message, path: 'shop/agent' },
  ]);
});
