import { deployment, documents, FILE, lineOf, problemsIn, service } from '../problems-in';

const code = 'policy-port-missing';
const pods = deployment('ports: [{ name: http, containerPort: 8080 }]');
const policy = (spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec:\n${spec}`;
const ingress = (ports: string, selector = '{ matchLabels: { app: web } }') =>
  policy(`  podSelector: ${selector}\n  ingress:\n    - ports: ${ports}`);
const egress = (to: string, ports: string) =>
  policy(`  podSelector: {}\n  egress:\n    - to: [${to}]\n      ports: ${ports}`);
const WEB = '{ podSelector: { matchLabels: { app: web } } }';

test('reports the port of the Service in place of the port of the container', () => {
  const yaml = documents(pods, service('web'), ingress('[{ port: 80 }]'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'NetworkPolicy shop/web',
      field: 'spec.ingress[0].ports[0].port',
      file: FILE,
      line: lineOf(yaml, 'ports: [{ port: 80 }]'),
      message: 'No pod that the rule opens has the port 80.',
      expected: 'one of http (8080)',
      got: '80',
      fix: 'Use a port of the container, not of the Service, or add the port to the container.',
    },
  ]);
});

test.each([
  ['[{ port: 8080 }]', 0],
  ['[{ port: http }]', 0],
  ['[{ port: htpt }]', 1],
  ['[{ port: 8080 }, { port: htpt }]', 1],
  ['[{ port: 8080 }, { port: 9000 }]', 0],
  ['[{ port: 8080 }, { port: 80 }]', 1],
  ['[{ port: 8000, endPort: 9000 }]', 0],
  ['[{ protocol: UDP }]', 0],
  ['[{ port: 15020 }]', 0],
  ['null', 0],
])('the ports %s have %d problems', (ports, number) => {
  expect(problemsIn(code, documents(pods, service('web'), ingress(ports)))).toHaveLength(number);
});

test.each([
  ['pods without ports', documents(deployment(''), ingress('[{ port: 80 }]'))],
  [
    'a port in a command',
    documents(deployment('ports: [{ containerPort: 1 }]\nargs: ["--port=80"]'), ingress('[{ port: 80 }]')),
  ],
  ['a policy for all pods', documents(pods, ingress('[{ port: 80 }]', '{}'))],
  ['unknown pods', ingress('[{ port: 80 }]')],
])('accepts %s', (_, yaml) => {
  expect(problemsIn(code, yaml)).toEqual([]);
});

test.each([
  [WEB, 1],
  [`${WEB}, { ipBlock: { cidr: 10.0.0.0/8 } }`, 0],
  [`${WEB}, { podSelector: {} }`, 0],
  ['{ namespaceSelector: {}, podSelector: { matchLabels: { app: web } } }', 0],
  [
    '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }, podSelector: { matchLabels: { app: web } } }',
    1,
  ],
  ['', 0],
])('egress to %s has %d problems', (to, number) => {
  expect(problemsIn(code, documents(pods, egress(to, '[{ port: 81 }]')))).toHaveLength(number);
  expect(problemsIn(code, documents(pods, egress(to, '[{ port: 8080 }]')))).toEqual([]);
});
