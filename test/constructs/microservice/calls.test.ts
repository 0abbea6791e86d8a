import { App, Chart } from 'cdk8s';
import {
  ExistingService,
  External,
  Image,
  Microservice,
  type ExistingServiceOptions,
  type ExternalOptions,
} from '../../../src/index';
import { chart, find, objectsOf } from '../render';

const image = Image.of('shop/any:1');
const labels = (name: string, instance = 'shop') => ({
  matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': instance },
});

function callOf(target: (scope: Chart) => Parameters<Microservice['calls']>[0]) {
  const objects = objectsOf(chart((scope) => new Microservice(scope, 'cart', { image }).calls(target(scope))));
  return {
    env: find(objects, 'Deployment', 'cart').spec.template.spec.containers[0].env.slice(1),
    egress: find(objects, 'NetworkPolicy', 'cart').spec.egress.slice(1), // the first is DNS
  };
}

test('a call sets the address, and allows the connection in the policies of both sides', () => {
  const objects = objectsOf(
    chart((scope) => {
      const till = new Microservice(scope, 'credit-till', { image, port: 3000 });
      new Microservice(scope, 'cart', { image }).calls(till);
    }),
  );
  expect(find(objects, 'Deployment', 'cart').spec.template.spec.containers[0].env[1]).toEqual({
    name: 'CREDIT_TILL_URL',
    value: 'http://credit-till',
  });
  expect(find(objects, 'NetworkPolicy', 'cart').spec.egress[1]).toEqual({
    to: [{ podSelector: labels('credit-till') }],
    ports: [{ port: 3000, protocol: 'TCP' }],
  });
  expect(find(objects, 'NetworkPolicy', 'credit-till').spec.ingress).toEqual([
    { from: [{ podSelector: labels('cart') }], ports: [{ port: 3000, protocol: 'TCP' }] },
  ]);
  expect(find(objects, 'NetworkPolicy', 'credit-till').spec.egress).toHaveLength(1);
});

test('a repeated call has no effect', () => {
  const objects = objectsOf(
    chart((scope) => {
      const till = new Microservice(scope, 'till', { image });
      new Microservice(scope, 'cart', { image }).calls(till, till).calls(till);
    }),
  );
  expect(find(objects, 'Deployment', 'cart').spec.template.spec.containers[0].env).toHaveLength(2);
  expect(find(objects, 'NetworkPolicy', 'till').spec.ingress[0].from).toHaveLength(1);
});

test('callsAs sets the prefix of the variables', () => {
  const objects = objectsOf(
    chart((scope) => {
      new Microservice(scope, 'cart', { image }).callsAs('PAYMENTS', new Microservice(scope, 'till', { image }));
    }),
  );
  expect(find(objects, 'Deployment', 'cart').spec.template.spec.containers[0].env[1]).toEqual({
    name: 'PAYMENTS_URL',
    value: 'http://till',
  });
});

test('notifies lists each subscriber once', () => {
  const objects = objectsOf(
    chart((scope) => {
      const [a, b] = ['a', 'b'].map((name) => new Microservice(scope, name, { image })) as [Microservice, Microservice];
      new Microservice(scope, 'bus', { image }).notifies(a, b).notifies(b);
    }),
  );
  expect(find(objects, 'Deployment', 'bus').spec.template.spec.containers[0].env.slice(1)).toEqual([
    { name: 'SUBSCRIBERS', value: 'a,b' },
    { name: 'A_URL', value: 'http://a' },
    { name: 'B_URL', value: 'http://b' },
  ]);
});

test('a call to another namespace has the namespace in the address and in the policies', () => {
  const app = new App();
  const till = new Microservice(new Chart(app, 'bank', { namespace: 'bank' }), 'till', { image });
  new Microservice(new Chart(app, 'shop', { namespace: 'shop' }), 'cart', { image }).calls(till);
  const objects = objectsOf(app);
  expect(find(objects, 'Deployment', 'cart').spec.template.spec.containers[0].env[1]).toEqual({
    name: 'TILL_URL',
    value: 'http://till.bank',
  });
  const inNamespace = (name: string) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
  });
  expect(find(objects, 'NetworkPolicy', 'cart').spec.egress[1].to).toEqual([
    { ...inNamespace('bank'), podSelector: labels('till', 'bank') },
  ]);
  expect(find(objects, 'NetworkPolicy', 'till').spec.ingress[0].from).toEqual([
    { ...inNamespace('shop'), podSelector: labels('cart') },
  ]);
});

test.each<[string, number, ExternalOptions | undefined, object[]]>([
  ['mail.example.com', 443, undefined, [{ name: 'MAIL_EXAMPLE_COM_URL', value: 'https://mail.example.com' }]],
  ['old.example.com', 80, undefined, [{ name: 'OLD_EXAMPLE_COM_URL', value: 'http://old.example.com' }]],
  [
    'smtp.example.com',
    587,
    { cidrs: ['203.0.113.0/24'] },
    [
      { name: 'SMTP_EXAMPLE_COM_HOST', value: 'smtp.example.com' },
      { name: 'SMTP_EXAMPLE_COM_PORT', value: '587' },
    ],
  ],
])('a call to a host outside the cluster: %s %i', (host, port, options, variables) => {
  const { env, egress } = callOf(() => new External(host, port, options));
  expect(env).toEqual(variables);
  expect(egress).toEqual([
    { ...(options && { to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }), ports: [{ port, protocol: 'TCP' }] },
  ]);
});

test('a call to an existing Service', () => {
  const { env, egress } = callOf(
    () => new ExistingService('search', { namespace: 'tools', port: 9200, targetPort: 9201, pods: { app: 'search' } }),
  );
  expect(env).toEqual([{ name: 'SEARCH_URL', value: 'http://search.tools:9200' }]);
  expect(egress).toEqual([
    {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tools' } },
          podSelector: { matchLabels: { app: 'search' } },
        },
      ],
      ports: [{ port: 9201, protocol: 'TCP' }],
    },
  ]);
});

const anyPodOf = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });

test.each<[string, ExistingServiceOptions, object[] | undefined, number | string]>([
  ['only the name: pods of the same namespace', {}, [{ podSelector: {} }], 80],
  ['the namespace: its pods', { namespace: 'tools' }, [anyPodOf('tools')], 80],
  ['the own namespace', { namespace: 'shop' }, [{ podSelector: {} }], 80],
  ['labels', { pods: { app: 'search' } }, [{ podSelector: { matchLabels: { app: 'search' } } }], 80],
  ['no labels', { namespace: 'tools', pods: {} }, [anyPodOf('tools')], 80],
  ['the port of the pods', { targetPort: 9200 }, [{ podSelector: {} }], 9200],
  ['the name of the port of the pods', { targetPort: 'rest-api' }, [{ podSelector: {} }], 'rest-api'],
  [
    'address ranges',
    { cidrs: ['203.0.113.0/24', '2001:db8::/32'] },
    ['203.0.113.0/24', '2001:db8::/32'].map((cidr) => ({ ipBlock: { cidr } })),
    80,
  ],
  ['any address', { namespace: 'tools', cidrs: 'any' }, undefined, 80],
])('the policy for an existing Service is as narrow as what is known: %s', (_, options, to, port) => {
  const { egress } = callOf(() => new ExistingService('search', options));
  expect(egress).toEqual([{ ...(to && { to }), ports: [{ port, protocol: 'TCP' }] }]);
});
