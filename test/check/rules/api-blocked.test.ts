import { deployment, documents, problemsIn } from '../problems-in';

const code = 'api-blocked';
const BINDING =
  'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: a, namespace: shop }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }\nsubjects: [{ kind: ServiceAccount, name: operator }]';
const policy = (egress: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec: { podSelector: {}, policyTypes: [Egress], egress: [${egress}] }`;
const found = (egress: string, pod = 'serviceAccountName: operator', ...more: string[]) =>
  problemsIn(code, documents(deployment('', { pod }), BINDING, policy(egress), ...more));

test('reports a pod that has permissions but cannot reach the API server', () => {
  expect(found('')).toMatchObject([
    {
      object: 'NetworkPolicy shop/web',
      field: 'spec.egress',
      message:
        'Deployment shop/web has permissions in the cluster, but the policies block its access to the API server.',
      got: 'only the traffic that web allows',
    },
  ]);
  expect(found('{ ports: [{ port: 80 }] }')).toHaveLength(1);
  expect(found('{ to: [{ namespaceSelector: {} }], ports: [{ port: 443 }] }')).toHaveLength(1);
});

test.each([
  '{}',
  '{ ports: [{ port: 443 }] }',
  '{ ports: [{ port: 6443 }] }',
  '{ to: [{ ipBlock: { cidr: 10.0.0.1/32 } }], ports: [{ port: 443 }] }',
])('%s allows the API server', (rule) => {
  expect(found(rule)).toEqual([]);
});

test('a pod without permissions or without a token does not need the API server', () => {
  expect(found('', 'serviceAccountName: other')).toEqual([]);
  expect(found('', 'serviceAccountName: operator\nautomountServiceAccountToken: false')).toEqual([]);
});

test('a token that the pod mounts itself counts', () => {
  const volume =
    'automountServiceAccountToken: false\nvolumes: [{ name: token, projected: { sources: [{ serviceAccountToken: { path: token } }] } }]';
  expect(found('', `serviceAccountName: operator\n${volume}`)).toHaveLength(1);
  expect(found('{ ports: [{ port: 443 }] }', `serviceAccountName: operator\n${volume}`)).toEqual([]);
});
