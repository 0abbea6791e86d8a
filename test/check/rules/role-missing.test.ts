import { documents, problemsIn } from '../problems-in';

const code = 'role-missing';
const binding = (
  kind: string,
  role: string,
  name: string,
  subject = '{ kind: ServiceAccount, name: web, namespace: shop }',
) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: { name: a${kind === 'RoleBinding' ? ', namespace: shop' : ''} }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${role}, name: ${name} }\nsubjects: [${subject}]`;

const role = (kind: string, name: string) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: { name: ${name}${kind === 'Role' ? ', namespace: shop' : ''} }\nrules: []`;

test('reports a missing role and suggests an existing one', () => {
  expect(problemsIn(code, documents(role('Role', 'reader'), binding('RoleBinding', 'Role', 'raeder')))).toMatchObject([
    {
      object: 'RoleBinding shop/a',
      field: 'roleRef.name',
      message: 'There is no Role "raeder" in the namespace shop.',
      got: 'raeder',
      expected: 'one of reader',
    },
  ]);
  expect(
    problemsIn(code, documents(role('ClusterRole', 'metrics'), binding('ClusterRoleBinding', 'ClusterRole', 'metric'))),
  ).toMatchObject([{ message: 'There is no ClusterRole "metric".' }]);
});

test.each(['view', 'cluster-admin', 'system:node', 'somebody-elses'])(
  'accepts the ClusterRole %s, which may be in the cluster',
  (name) => {
    expect(problemsIn(code, binding('RoleBinding', 'ClusterRole', name))).toEqual([]);
  },
);

test('accepts an existing role', () => {
  expect(
    problemsIn(
      code,
      documents(
        role('Role', 'reader'),
        role('ClusterRole', 'all'),
        binding('RoleBinding', 'Role', 'reader'),
        binding('ClusterRoleBinding', 'ClusterRole', 'all'),
      ),
    ),
  ).toEqual([]);
});

test('the cluster creates the roles of system namespaces', () => {
  expect(
    problemsIn(
      code,
      binding('RoleBinding', 'Role', 'extension-apiserver-authentication-reader').replace(
        'namespace: shop',
        'namespace: kube-system',
      ),
    ),
  ).toEqual([]);
});
