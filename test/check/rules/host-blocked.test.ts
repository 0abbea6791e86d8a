import { ApiObject } from 'cdk8s';
import { check } from '../../../src/check/check';
import { External, Gateway, Image, Microservice, Namespace } from '../../../src/index';
import { synthesize } from '../../../src/synth/synthesize';
import { chart } from '../../constructs/render';
import { deployment, documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'host-blocked';
const DNS = '{ ports: [{ port: 53, protocol: UDP }] }';
const POD = '{ to: [{ podSelector: {} }] }';
const policy = (egress: string, namespace = 'shop') => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: ${namespace} }
spec: { podSelector: {}, policyTypes: [Egress], egress: [${egress}] }
`;
const env = (variables: Record<string, string>) =>
  `env: ${JSON.stringify(Object.entries(variables).map(([name, value]) => ({ name, value })))}`;
const found = (container: string, { egress = `${DNS}, ${POD}`, others = [] as string[], pod = '' } = {}) =>
  problemsIn(code, documents(deployment(container, { pod }), policy(egress), ...others));
const S3 = env({ S3_URL: 'https://s3.example.com/bucket' });

test('reports a host outside the cluster that no policy allows', () => {
  const yaml = documents(deployment(S3), policy(DNS));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Deployment shop/web',
      field: 'spec.template.spec.containers[0].env[0].value',
      file: FILE,
      line: lineOf(yaml, 'S3_URL'),
      message: 'No NetworkPolicy allows the call of Deployment shop/web to s3.example.com.',
      expected: 'egress to port 443 outside the cluster',
      got: 'only the traffic that closed allows',
      fix: 'Add egress to port 443 to a policy that selects Deployment shop/web, without a peer or with an ipBlock. If the program does not call it, waive the rule with waive.callsign.dev/host-blocked.',
    },
  ]);
});

test.each([
  ['a URL', { PAYMENT_API_URL: 'http://api.payments.example.com:8080/v1' }, 8080],
  ['a host with a word of the name', { S3_URL: 'https://s3.example.com' }, 443],
  ['an endpoint', { s3Endpoint: 'https://s3.eu-central-1.amazonaws.com' }, 443],
  ['a database', { SETTINGS: 'postgres://shop:$(PASSWORD)@db.example.com/shop', PASSWORD: 'a' }, 5432],
  ['a host and its port', { SMTP_HOST: 'smtp.example.com', SMTP_PORT: '587' }, 587],
  ['a broker', { KAFKA_BROKERS: 'kafka-1.example.com:9093,kafka-1.example.com:9093' }, 9093],
])('reports %s', (_, variables, port) => {
  expect(problemsIn(code, documents(deployment(env(variables), { name: 's3-web' }), policy(DNS)))).toMatchObject([
    { expected: `egress to port ${port} outside the cluster` },
  ]);
});

test('reports an argument, each host once, and the host of a database without a port', () => {
  expect(
    found('args: ["--api-url=https://api.example.com", "--storage-endpoint", "https://api.example.com"]'),
  ).toMatchObject([{ field: 'spec.template.spec.containers[0].args[0]' }]);
  expect(found(env({ DB_HOST: 'db.example.com' }))).toMatchObject([{ expected: 'egress outside the cluster' }]);
});

test.each([
  ['any peer', '{}'],
  ['any peer at the port', '{ ports: [{ port: 443 }] }'],
  ['a range of ports', '{ ports: [{ port: 400, endPort: 500 }] }'],
  ['a range of addresses', '{ to: [{ ipBlock: { cidr: 203.0.113.0/24 } }], ports: [{ port: 443 }] }'],
  ['another namespace, which may have a proxy', '{ to: [{ namespaceSelector: {} }] }'],
])('egress to %s may allow the call', (_, egress) => {
  expect(found(S3, { egress: `${DNS}, ${egress}` })).toEqual([]);
});

test.each([
  ['other pods of the namespace', POD],
  ['another port', '{ ports: [{ port: 80 }] }'],
  ['another protocol', '{ ports: [{ port: 443, protocol: UDP }] }'],
  ['another port of any namespace', '{ to: [{ namespaceSelector: {} }], ports: [{ port: 8443 }] }'],
])('egress to %s does not allow it', (_, egress) => {
  expect(found(S3, { egress: `${DNS}, ${egress}` })).toHaveLength(1);
});

test.each([
  [
    'a public address of the application',
    {
      PUBLIC_URL: 'https://shop.example.com',
      APP_BASE_URL: 'https://shop.example.com',
      SITE_URL: 'https://shop.example.com',
    },
  ],
  [
    'an address that is compared',
    { OIDC_ISSUER_URL: 'https://login.example.com', CORS_ALLOWED_ORIGINS: 'https://a.example.com' },
  ],
  [
    'an address for browsers',
    {
      NEXT_PUBLIC_API_URL: 'https://api.example.com',
      OAUTH_REDIRECT_URL: 'https://a.example.com',
      GF_AUTH_GENERIC_OAUTH_AUTH_URL: 'https://login.example.com',
    },
  ],
  ['a schema', { SOAP_URI: 'http://www.w3.org/2003/05/soap-envelope' }],
  ['a text with a link', { MESSAGE_URL: 'see https://docs.example.com', MOTD: 'https://docs.example.com' }],
  ['its own name', { WEBHOOK_URL: 'https://web.example.com', WEB_SERVER_URL: 'https://shop.example.com' }],
  [
    'a Service in a namespace outside the manifests',
    {
      ORDERS_URL: 'http://orders.finance',
      KAFKA_BROKER: 'kafka-0.kafka.qa:9092',
      API_URL: 'http://a.b.svc.cluster.local',
    },
  ],
  ['a name of a private network', { API_URL: 'https://api.corp.internal', OTHER_URL: 'http://localhost:80' }],
  ['an address', { API_URL: 'https://203.0.113.7' }],
  ['a host without a port that people can open', { SHOP_HOST: 'shop.example.com' }],
  ['calls through a proxy', { S3_URL: 'https://s3.example.com', HTTPS_PROXY: 'http://proxy.corp:3128' }],
])('accepts %s', (_, variables) => {
  expect(found(env(variables))).toEqual([]);
});

test('accepts hosts that the manifests serve, alias or route', () => {
  const ingress = (host: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a, namespace: shop }\nspec: { rules: [{ host: "${host}" }] }`;
  const route = `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a, namespace: shop }\nspec: { hostnames: [s3.example.com] }`;
  const entry = `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: a, namespace: shop }\nspec: { hosts: [s3.example.com] }`;
  for (const others of [[ingress('s3.example.com')], [ingress('*.example.com')], [route], [entry]])
    expect(found(S3, { others })).toEqual([]);
  expect(found(S3, { others: [ingress('shop.example.com')] })).toHaveLength(1);
  expect(found(S3, { pod: 'hostAliases: [{ ip: 10.0.0.1, hostnames: [s3.example.com] }]' })).toEqual([]);
});

test('accepts pods that are not subject to the policies, and policies of network plugins', () => {
  const cilium = (metadata: string) =>
    `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: ${metadata}\nspec: { egress: [{ toFQDNs: [{ matchName: s3.example.com }] }] }`;
  expect(found(S3, { others: [cilium('{ name: a, namespace: shop }')] })).toEqual([]);
  expect(found(S3, { others: [cilium('{ name: a, namespace: other }')] })).toHaveLength(1);
  expect(found(S3, { pod: 'hostNetwork: true' })).toEqual([]);
  expect(problemsIn(code, documents(deployment(S3), policy(DNS, 'other')))).toEqual([]);
});

test('a NetworkPolicy of Calico is not one of Kubernetes', () => {
  const calico = policy(DNS).replace('networking.k8s.io/v1', 'projectcalico.org/v3');
  expect(problemsIn(code, documents(deployment(S3), calico))).toEqual([]);
});

describe('in a chart', () => {
  const image = Image.of('shop/any:1');
  const inChart = (declare: Parameters<typeof chart>[0]) =>
    check(synthesize(chart(declare)).flatMap(({ manifests }) => manifests))
      .filter((problem) => problem.code === code)
      .map(({ path, message, expected, fix }) => ({ path, message, expected, fix }));
  const variables = { S3_URL: 'https://s3.example.com', PUBLIC_URL: 'https://shop.example.com' };

  test('the fix is the missing line, also for a worker', () => {
    const problems = inChart((shop) => {
      new Namespace(shop, 'shop');
      new Microservice(shop, 'order-items', { image, env: variables });
      new Microservice(shop, 'worker', { image, http: false, env: { KAFKA_BROKER: 'kafka.example.com:9092' } });
    });
    expect(problems).toMatchObject([
      {
        path: 'shop/order-items/deployment',
        message: 'order-items does not declare the call to s3.example.com, so its NetworkPolicy blocks it.',
        expected: "orderItems.calls(new External('s3.example.com', 443))",
        fix: "Declare the call in the chart: orderItems.calls(new External('s3.example.com', 443)). If the program does not call it, waive the rule with waive.callsign.dev/host-blocked.",
      },
      { expected: "worker.calls(new External('kafka.example.com', 9092))" },
    ]);
  });

  test('a declared call, also through another name, allows the port', () => {
    const problems = inChart((shop) => {
      new Namespace(shop, 'shop');
      const orders = new Microservice(shop, 'orders', { image, env: variables });
      orders.callsAs('BACKUP', new External('s3.example.com', 443));
      const login = { LOGIN_API_URL: 'https://shop.example.com', AUTH_API_URL: 'https://shop.example.com' };
      const web = new Microservice(shop, 'web', { image, env: login });
      new Gateway(shop, 'gateway', { host: 'shop.example.com', routes: { '/': web } });
    });
    expect(problems).toEqual([]);
  });

  test('a Job that Callsign did not write needs a policy', () => {
    const container = { name: 'a', image: 'shop/a:1', env: [{ name: 'S3_URL', value: 'https://s3.example.com' }] };
    const template = (labels: object) => ({
      metadata: { labels },
      spec: { restartPolicy: 'Never', containers: [container] },
    });
    const problems = inChart((shop) => {
      new Namespace(shop, 'shop');
      new ApiObject(shop, 'job', {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'job' },
        spec: { template: template({}) },
      });
      new ApiObject(shop, 'cron', {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'cron' },
        spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: template({}) } } },
      });
    });
    expect(problems.map(({ message }) => message)).toEqual([
      'No NetworkPolicy allows the call of Job shop/job to s3.example.com.',
      'No NetworkPolicy allows the call of CronJob shop/cron to s3.example.com.',
    ]);
  });
});
