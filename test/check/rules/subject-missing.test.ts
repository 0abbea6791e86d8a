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
  '{ kind: ServiceAccount, name: default, namespace: shop }',
  '{ kind: ServiceAccount, name: web, namespace: elsewhere }',
  '{ kind: User, name: web }',
  '{ kind: Group, name: "system:nodes" }',
])('accepts %s', (subject) => {
  expect(found(subject)).toEqual([]);
});
