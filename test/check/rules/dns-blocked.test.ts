import { deployment, documents, problemsIn, service } from '../problems-in';

const code = 'dns-blocked';
const policy = (name: string, spec: string) => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;

const APPS = documents(service('comments'), deployment('ports: [{ name: http, containerPort: 8080 }]', { name: 'comments' }), deployment('env: [{ name: COMMENTS_URL, value: http://comments }]'));
const found = (egress: string) => problemsIn(code, documents(APPS, policy('web', `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }${egress && `, ${egress}`}] }`)));

test('who calls by name and may not ask for names is told', () => {
  expect(found('')).toMatchObject([{ object: 'NetworkPolicy shop/web', field: 'spec.egress', message: 'Deployment shop/web calls others by name, but may not ask for names.', expected: 'egress to port 53 UDP of the name servers in kube-system', got: 'only what web lets through' }]);
});

test.each([
  '{ to: [{ namespaceSelector: {} }], ports: [{ port: 53 }] }', '{ to: [{ namespaceSelector: {} }], ports: [{ port: 54, protocol: UDP }] }', '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: system } } }] }',
  '{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: dns } } }] }',
])('%s is not enough', (rule) => {
  expect(found(rule)).toHaveLength(1);
});

test.each([
  '{ ports: [{ port: 53, protocol: UDP }] }', '{}', '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ port: 53, protocol: UDP }] }',
  '{ to: [{ namespaceSelector: { matchLabels: { name: system } } }] }', '{ to: [{ ipBlock: { cidr: 169.254.20.10/32 } }], ports: [{ port: 53, protocol: UDP }] }', '{ to: [{ namespaceSelector: {} }], ports: [{ port: 5353, protocol: UDP }] }',
])('%s is enough', (rule) => {
  expect(found(rule)).toEqual([]);
});

test('who calls nobody need not ask', () => {
  expect(problemsIn(code, documents(deployment(''), policy('web', '{ podSelector: {}, policyTypes: [Egress] }')))).toEqual([]);
});
