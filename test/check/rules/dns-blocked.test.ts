import { deployment, documents, problemsIn, service } from '../problems-in';

const code = 'dns-blocked';
const policy = (name: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;

const APPS = documents(
  service('comments'),
  deployment('ports: [{ name: http, containerPort: 8080 }]', { name: 'comments' }),
  deployment('env: [{ name: COMMENTS_URL, value: http://comments }]'),
);
const found = (egress: string) =>
  problemsIn(
    code,
    documents(
      APPS,
      policy(
        'web',
        `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }${egress && `, ${egress}`}] }`,
      ),
    ),
  );

test('reports a pod that calls Services by name but cannot use DNS', () => {
  expect(found('')).toMatchObject([
    {
      object: 'NetworkPolicy shop/web',
      field: 'spec.egress',
      message: 'Deployment shop/web calls Services by name, but the policies block DNS.',
      expected: 'egress to port 53 UDP of the DNS servers in kube-system',
      got: 'only the traffic that web allows',
    },
  ]);
});

test.each([
  '{ to: [{ namespaceSelector: {} }], ports: [{ port: 53 }] }',
  '{ to: [{ namespaceSelector: {} }], ports: [{ port: 54, protocol: UDP }] }',
  '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: system } } }] }',
  '{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: dns } } }] }',
])('%s is not sufficient', (rule) => {
  expect(found(rule).map(({ message }) => message)).toContain(
    'Deployment shop/web calls Services by name, but the policies block DNS.',
  );
});

test.each([
  '{ ports: [{ port: 53, protocol: UDP }] }',
  '{}',
  '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ port: 53, protocol: UDP }] }',
  '{ to: [{ namespaceSelector: { matchLabels: { name: system } } }] }',
  '{ to: [{ ipBlock: { cidr: 169.254.20.10/32 } }], ports: [{ port: 53, protocol: UDP }] }',
  '{ to: [{ namespaceSelector: {} }], ports: [{ port: 5353, protocol: UDP }] }',
])('%s is sufficient', (rule) => {
  expect(found(rule)).toEqual([]);
});

test('a pod without calls does not need DNS', () => {
  expect(
    problemsIn(code, documents(deployment(''), policy('web', '{ podSelector: {}, policyTypes: [Egress] }'))),
  ).toEqual([]);
});

describe('a rule for the DNS servers', () => {
  const rule = (to: string, ports: string) =>
    problemsIn(
      code,
      documents(
        deployment(''),
        policy('web', `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${to}], ports: [${ports}] }] }`),
      ),
    );
  const NAMES =
    '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }';

  test('must allow the DNS port', () => {
    expect(rule(NAMES, '{ port: 54, protocol: UDP }, { port: 53 }')).toMatchObject([
      {
        field: 'spec.egress[0].ports',
        message: 'The rule allows the DNS servers, but not their port.',
        got: '54 UDP, 53 TCP',
      },
    ]);
    expect(rule(NAMES, '{ port: 53, protocol: UDP }')).toEqual([]);
  });

  test('must allow the DNS servers', () => {
    expect(rule(NAMES.replace('kube-dns', 'kube-dsn'), '{ port: 53, protocol: UDP }')).toMatchObject([
      { field: 'spec.egress[0].to', message: 'The rule allows the DNS port, but not the DNS servers.' },
    ]);
    expect(rule('{ podSelector: { matchLabels: { app: dns } } }', '{ port: 53, protocol: UDP }')).toHaveLength(1);
  });

  test('can allow DNS servers in the manifests', () => {
    expect(rule('{ podSelector: { matchLabels: { app: web } } }', '{ port: 53, protocol: UDP }')).toEqual([]);
  });
});
