import { deployment, documents, problemsIn, service } from '../problems-in';

const code = 'call-blocked';
const policy = (name: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;

const APPS = documents(
  service('comments'),
  deployment('ports: [{ name: http, containerPort: 8080 }]', { name: 'comments' }),
  deployment('env: [{ name: COMMENTS_URL, value: http://comments }]'),
);
const DNS = '{ ports: [{ port: 53, protocol: UDP }] }';
const found = (...policies: string[]) => problemsIn(code, documents(APPS, ...policies));
const out = (rule: string) =>
  policy('web', `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [${DNS}, ${rule}] }`);
const into = (rule: string) =>
  policy('comments', `{ podSelector: { matchLabels: { app: comments } }, ingress: [${rule}] }`);

test('reports a call that no policy allows as egress, and the missing rule', () => {
  expect(found(out('{ to: [{ podSelector: { matchLabels: { app: posts } } }] }'))).toMatchObject([
    {
      object: 'Deployment shop/web',
      field: 'spec.template.spec.containers[0].env[0].value',
      message: 'No NetworkPolicy allows this call out of Deployment shop/web.',
      expected: 'a rule for Deployment shop/comments at port 8080',
      got: 'only the traffic that web allows',
    },
  ]);
});

test('reports a call that no policy allows as ingress', () => {
  expect(found(into('{ from: [{ podSelector: { matchLabels: { app: posts } } }] }'))).toMatchObject([
    {
      message: 'No NetworkPolicy allows this call into Deployment shop/comments.',
      expected: 'a rule for Deployment shop/web at port 8080',
      got: 'only the traffic that comments allows',
    },
  ]);
  expect(found(policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }'))).toHaveLength(2);
});

test.each([
  '{ to: [{ podSelector: { matchLabels: { app: comments } } }], ports: [{ port: 80 }] }',
  '{ to: [{ podSelector: {} }], ports: [{ port: 8080, protocol: UDP }] }',
  '{ to: [{ podSelector: {} }], ports: [{ port: 8000, endPort: 8079 }] }',
  '{ to: [{ podSelector: {} }], ports: [{ port: metrics }] }',
  '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: blog } } }] }',
])('egress %s does not allow the call', (rule) => {
  expect(found(out(rule))).toHaveLength(1);
});

test.each([
  '{}',
  '{ to: [{ podSelector: {} }] }',
  '{ to: [{ podSelector: { matchLabels: { app: comments } } }], ports: [{ port: 8080 }] }',
  '{ to: [{ podSelector: {} }], ports: [{ port: http }] }',
  '{ ports: [{ port: 8000, endPort: 9000 }] }',
  '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } } }] }',
  '{ to: [{ namespaceSelector: {} }] }',
  '{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }',
  '{ ports: [{ protocol: TCP }] }',
])('egress %s allows the call', (rule) => {
  expect(found(out(rule))).toEqual([]);
});

test('without a policy for the direction, all calls are allowed', () => {
  expect(
    found(policy('other', '{ podSelector: { matchLabels: { app: posts } }, policyTypes: [Ingress, Egress] }')),
  ).toEqual([]);
  expect(found(into('{ from: [{ podSelector: { matchLabels: { app: web } } }] }'))).toEqual([]);
  expect(found(policy('web', '{ podSelector: { matchLabels: { app: web } } }'))).toEqual([]);
});

test('several policies allow everything that one of them allows', () => {
  expect(
    found(
      policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }'),
      out('{ to: [{ podSelector: { matchLabels: { app: comments } } }] }'),
      into('{ ports: [{ port: 8080 }] }'),
    ),
  ).toEqual([]);
});
