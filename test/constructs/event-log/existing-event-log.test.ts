import { check } from '../../../src/check/check';
import {
  ExistingEventLog,
  type ExistingEventLogOptions,
  Image,
  Microservice,
  Namespace,
  Task,
} from '../../../src/index';
import { graphOf } from '../../../src/links/graph';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf } from '../render';

const image = Image.of('shop/bus:1');
const password = { secret: 'nats-login', key: 'password', existing: true };
const OPTIONS: ExistingEventLogOptions = {
  servers: [0, 1, 2].map((i) => `nats-${i}.nats-headless.messaging:4222`),
  user: 'bus',
  password,
  namespace: 'messaging',
  pods: { 'app.kubernetes.io/name': 'nats' },
};

function render(options: Partial<ExistingEventLogOptions> = {}) {
  const app = chart((scope) => {
    new Namespace(scope, 'shop');
    new Microservice(scope, 'bus', { image }).keepsLogIn(new ExistingEventLog('nats', { ...OPTIONS, ...options }));
  });
  const objects = objectsOf(app);
  const deployment = find(objects, 'Deployment', 'bus');
  return { app, objects, deployment, env: deployment.spec.template.spec.containers[0].env.slice(1) };
}

const egressOf = ({ objects }: ReturnType<typeof render>) => find(objects, 'NetworkPolicy', 'bus').spec.egress.slice(1);

test('the caller gets the addresses as they are written, and the password of the existing Secret', () => {
  const { env, deployment } = render();
  expect(env).toEqual([
    { name: 'EVENT_LOG_SERVERS', value: OPTIONS.servers.join(',') },
    { name: 'EVENT_LOG_USER', value: 'bus' },
    { name: 'EVENT_LOG_PASSWORD', valueFrom: { secretKeyRef: { name: 'nats-login', key: 'password' } } },
    { name: 'EVENT_LOG_REPLICAS', value: '3' },
  ]);
  expect(deployment.metadata.annotations).toEqual({ 'callsign.dev/existing-secrets': '{"nats-login":["password"]}' });
});

test('the check has no problem with it; without `existing` it reports the Secret', () => {
  const found = (options: Partial<ExistingEventLogOptions>) =>
    check(
      synthesize(render(options).app).flatMap(({ manifests }) => manifests),
      'hardened',
    ).map(({ code }) => code);
  expect(found({})).toEqual([]);
  expect(found({ password: { ...password, existing: false } })).toEqual(['secret-missing']);
});

test('a task that calls it knows the existing Secret too', () => {
  const objects = objectsOf(
    chart((scope) => {
      new Task(scope, 'copy', { image }).calls(new ExistingEventLog('nats', OPTIONS));
    }),
  );
  const job = objects.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('copy-'))!;
  expect(job.metadata.annotations!['callsign.dev/existing-secrets']).toBe('{"nats-login":["password"]}');
});

test.each<[servers: number, replicas: string]>([
  [1, '1'],
  [2, '1'],
  [3, '3'],
  [4, '3'],
  [5, '5'],
  [6, '5'],
])('with %i servers, %s of them store a stream', (count, replicas) => {
  const servers = Array.from({ length: count }, (_, i) => `nats-${i}.nats`);
  expect(render({ servers }).env[3].value).toBe(replicas);
});

test('one address can stand for several servers, and 4222 is the default port', () => {
  const { env } = render({ servers: ['nats.messaging'], replicas: 3 });
  expect(env[0].value).toBe('nats.messaging:4222');
  expect(env[3].value).toBe('3');
});

describe('the policy of the caller', () => {
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'messaging' } };
  const ports = [{ port: 4222, protocol: 'TCP' }];

  test('allows the pods, or all pods of the namespace', () => {
    expect(egressOf(render())).toEqual([
      { to: [{ namespaceSelector, podSelector: { matchLabels: OPTIONS.pods } }], ports },
    ]);
    expect(egressOf(render({ pods: undefined }))).toEqual([{ to: [{ namespaceSelector }], ports }]);
  });

  test('allows address ranges, on each port of the servers', () => {
    const servers = ['a.example.com:4222', 'b.example.com:4223', 'c.example.com:4222'];
    const outside = { servers, namespace: undefined, pods: undefined };
    const both = [...ports, { port: 4223, protocol: 'TCP' }];
    expect(egressOf(render({ ...outside, cidrs: ['203.0.113.0/24'] }))).toEqual([
      { to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: both },
    ]);
    expect(egressOf(render({ ...outside, cidrs: 'any' }))).toEqual([{ ports: both }]);
  });
});

test('the graph shows it as a Service that others create', () => {
  const { nodes, edges } = graphOf(render().app);
  expect(nodes).toContainEqual({ id: 'messaging/nats', name: 'nats', namespace: 'messaging', kind: 'service' });
  expect(edges).toContainEqual({ from: 'shop/bus', to: 'messaging/nats' });
});
