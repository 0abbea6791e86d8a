import { ApiObject, type Chart } from 'cdk8s';
import { check } from '../../../src/check/check';
import { Database, EventLog, Image, Microservice, Namespace } from '../../../src/index';
import { synthesize } from '../../../src/synth/synthesize';
import { chart } from '../../constructs/render';
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

describe('in a chart', () => {
  const image = Image.of('shop/any:1');
  const inChart = (declare: (shop: Chart) => void) =>
    check(synthesize(chart(declare)).flatMap(({ manifests }) => manifests))
      .filter((problem) => problem.code === code)
      .map(({ message, expected, got, fix }) => ({ message, expected, got, fix }));

  test('the fix is the missing line, once for both sides', () => {
    const problems = inChart((shop) => {
      new Namespace(shop, 'shop');
      new Microservice(shop, 'event-bus', { image });
      new Database(shop, 'stock');
      new EventLog(shop, 'log');
      const env = { BUS: 'http://event-bus', DB_HOST: 'stock', NATS: 'nats://log-1.log:4222' };
      new Microservice(shop, 'web', { image, env });
    });
    expect(problems).toEqual([
      {
        message: 'web does not declare the call to event-bus, so the NetworkPolicies block it.',
        expected: 'web.calls(eventBus)',
        got: 'only the traffic that default-deny, web, event-bus allow',
        fix: 'Declare the call in the chart: web.calls(eventBus).',
      },
      expect.objectContaining({ expected: 'web.calls(stock)' }),
      expect.objectContaining({ expected: 'web.calls(log)' }),
    ]);
  });

  test('the pods of a canary need the same line', () => {
    const canary = { image: Image.of('shop/any:2'), weight: 50 };
    const problems = inChart((shop) => {
      new Microservice(shop, 'orders', { image, replicas: 4, strategy: { canary } });
      new Microservice(shop, 'web', { image, env: { ORDERS: 'http://orders' } });
    });
    expect(problems.map(({ fix }) => fix)).toEqual(['Declare the call in the chart: web.calls(orders).']);
  });

  test('a declared call is allowed', () => {
    const problems = inChart((shop) => {
      const bus = new Microservice(shop, 'event-bus', { image });
      new Microservice(shop, 'web', { image, env: { BUS: 'http://event-bus' } }).callsAs('OTHER', bus);
    });
    expect(problems).toEqual([]);
  });

  test.each([
    ['http://search:9090', "web.calls(search.port('grpc'))."],
    ['tcp://cache:6380', "web.calls(cache.port('admin'))."],
  ])('a call to another port needs its name: %s', (url, line) => {
    const problems = (declared: boolean) =>
      inChart((shop) => {
        const search = new Microservice(shop, 'search', { image, ports: { grpc: 9090 } });
        const cache = new Microservice(shop, 'cache', { image, http: false, ports: { redis: 6379, admin: 6380 } });
        const web = new Microservice(shop, 'web', { image, env: { TARGET: url } }).calls(search, cache);
        if (declared) web.calls(search.port('grpc'), cache.port('admin'));
      });
    expect(problems(false).map(({ fix }) => fix)).toEqual([`Declare the call in the chart: ${line}`]);
    expect(problems(true)).toEqual([]);
  });

  test('an object that Callsign did not write needs rules in policies', () => {
    const container = { name: 'a', image: 'shop/a:1', env: [{ name: 'ORDERS_URL', value: 'http://orders' }] };
    const problems = inChart((shop) => {
      new Namespace(shop, 'shop');
      new Microservice(shop, 'orders', { image });
      new ApiObject(shop, 'job', {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'job' },
        spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } },
      });
    });
    expect(problems.map(({ fix }) => fix)).toEqual([
      'Add the rule to the egress of a policy that selects Job shop/job, or remove the call to orders.',
      'Add the rule to the ingress of a policy that selects Deployment shop/orders, or remove the call to orders.',
    ]);
  });
});

describe('the address in a ConfigMap', () => {
  const OTHERS_ONLY = '{ from: [{ podSelector: { matchLabels: { app: posts } } }] }';
  const map = (data: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: ${data}`;
  const called = documents(
    service('comments'),
    deployment('ports: [{ name: http, containerPort: 8080 }]', { name: 'comments' }),
    into(OTHERS_ONLY),
  );
  const from = (data: string, ...callers: string[]) =>
    problemsIn(code, documents(called, map(data), ...callers)).map(({ object, field, message }) => [
      object,
      field,
      message,
    ]);
  const blocked = (field: string) => [
    ['ConfigMap shop/a', field, 'No NetworkPolicy allows this call into Deployment shop/comments.'],
  ];
  const bulk = 'envFrom: [{ configMapRef: { name: a } }]';
  const single = 'env: [{ name: COMMENTS_HOST, valueFrom: { configMapKeyRef: { name: a, key: COMMENTS_HOST } } }]';
  const mount = { pod: 'volumes: [{ name: a, configMap: { name: a } }]' };

  test('is a call of the pods that read the key', () => {
    expect(from('{ COMMENTS_HOST: comments }', deployment(single))).toEqual(blocked('data.COMMENTS_HOST'));
    expect(from('{ COMMENTS_HOST: comments }', deployment(single), deployment(single, { name: 'posts' }))).toHaveLength(
      1,
    );
    expect(from('{ COMMENTS_HOST: comments }', deployment(single, { name: 'posts' }))).toEqual([]);
    expect(from('{ COMMENTS_HOST: comments }', deployment(''))).toEqual([]);
  });

  test('is a call of pods that read all keys, if no others do', () => {
    expect(from('{ COMMENTS_HOST: comments }', deployment(bulk))).toEqual(blocked('data.COMMENTS_HOST'));
    expect(from('{ COMMENTS_HOST: comments }', deployment(bulk), deployment(bulk, { name: 'users' }))).toEqual([]);
  });

  test('is a call of pods that mount settings, but not of pods that mount source code', () => {
    expect(from('{ app.conf: "url = http://comments" }', deployment('', mount))).toEqual(blocked("data['app.conf']"));
    expect(from('{ app.js: "fetch(`http://comments`)" }', deployment('', mount))).toEqual([]);
  });

  test('is no call of the called pods themselves', () => {
    const self = documents(
      service('comments'),
      deployment(bulk, { name: 'comments' }),
      into(OTHERS_ONLY),
      map('{ SELF_HOST: comments }'),
    );
    expect(problemsIn(code, self)).toEqual([]);
  });
});

test('a lookup of the name is no call', () => {
  const yaml = (command: string) =>
    documents(
      APPS.replace(/env: .*/, `command: ${command}`),
      policy('deny', '{ podSelector: {}, policyTypes: [Ingress] }'),
    );
  expect(problemsIn(code, yaml('[nc, -z, comments, "80"]'))).toHaveLength(1);
  expect(problemsIn(code, yaml('[nslookup, comments]'))).toEqual([]);
});
