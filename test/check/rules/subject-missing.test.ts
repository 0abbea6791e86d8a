import { deployment, documents, problemsIn } from '../problems-in';

const code = 'subject-missing';
const binding = (
  kind: string,
  role: string,
  name: string,
  subject = '{ kind: ServiceAccount, name: web, namespace: shop }',
) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: { name: a${kind === 'RoleBinding' ? ', namespace: shop' : ''} }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${role}, name: ${name} }\nsubjects: [${subject}]`;

const account = (name: string) => `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name}, namespace: shop }`;
const found = (subject?: string) =>
  problemsIn(code, documents(deployment(''), account('wbe'), binding('RoleBinding', 'ClusterRole', 'view', subject)));

test('reports a missing ServiceAccount and suggests an existing one', () => {
  expect(found()).toMatchObject([
    {
      object: 'RoleBinding shop/a',
      field: 'subjects[0].name',
      message: 'There is no ServiceAccount "web" in the namespace shop.',
      got: 'web',
      expected: 'one of wbe',
    },
  ]);
  expect(found('{ kind: ServiceAccount, name: web }')).toHaveLength(1);
});

test.each([
  '{ kind: ServiceAccount, name: wbe, namespace: shop }',
  // The schema reports it.
  '{ kind: ServiceAccount, name: web, namespace: [{}] }',
  '{ kind: ServiceAccount, name: default, namespace: shop }',
  '{ kind: ServiceAccount, name: web, namespace: elsewhere }',
  '{ kind: User, name: web }',
  '{ kind: Group, name: "system:nodes" }',
])('accepts %s', (subject) => {
  expect(found(subject)).toEqual([]);
});

test('suggests a similar namespace that has the ServiceAccount', () => {
  const at = (namespace: string) => account('prometheus').replace('shop', namespace);
  const bound = (namespace: string, name = 'prometheus') =>
    binding(
      'ClusterRoleBinding',
      'ClusterRole',
      'view',
      `{ kind: ServiceAccount, name: ${name}, namespace: ${namespace} }`,
    );
  expect(problemsIn(code, documents(at('monitoring-system'), bound('monitoring')))).toMatchObject([
    { field: 'subjects[0].namespace', got: 'monitoring', expected: 'monitoring-system' },
  ]);
  expect(problemsIn(code, documents(at('monitoring'), bound('monitorng')))).toHaveLength(1);
  expect(problemsIn(code, documents(at('monitoring'), bound('monitoring', 'promtheus')))).toHaveLength(1);
  for (const namespace of ['monitoring-dev', 'other'])
    expect(problemsIn(code, documents(at('monitoring'), bound(namespace)))).toEqual([]);
  // The rule namespace-unknown reports it.
  const declared = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: monitoring }';
  expect(problemsIn(code, documents(declared, at('monitoring'), bound('monitorng')))).toEqual([]);
});
