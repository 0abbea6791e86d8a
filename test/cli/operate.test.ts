import type { Io } from '../../src/cli/command';
import { stubCluster, type Answer } from '../cluster/stub/stub-cluster';
import { app as appPath, callsign as run } from './run';

const cluster = stubCluster();
const APP = ['--app', appPath('running.js')];
const callsign = (argv: readonly string[], io: Partial<Io> = {}) =>
  run(argv, { environment: cluster.environment, ...io });

interface Workload {
  readonly ready?: number;
  readonly restarts?: number;
  readonly nodes?: readonly string[];
}

/** The objects of a workload of two replicas, by path and by list. */
function running(name: string, { ready = 2, restarts = 0, nodes = ['one', 'two'] }: Workload = {}) {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      generation: 1,
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    },
    spec: { replicas: 2, template: { metadata: { labels: {} }, spec: { containers: [] } } },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: ready },
  };
  const replicaSet = {
    metadata: { ...deployment.metadata, uid: `${name}-rs`, ownerReferences: [{ uid: name }] },
  };
  const pods = [0, 1].map((i) => ({
    metadata: {
      name: `${name}-${i}`,
      namespace: 'shop',
      uid: `${name}-${i}`,
      labels: { 'app.kubernetes.io/name': name },
      ownerReferences: [{ uid: `${name}-rs` }],
    },
    spec: { nodeName: nodes[i % nodes.length], containers: [{ name, image: `registry.example.com/shop/${name}:1` }] },
    status: {
      conditions: [{ type: 'Ready', status: i < ready ? 'True' : 'False' }],
      containerStatuses: [{ name, restartCount: restarts, state: { running: {} }, ready: i < ready }],
    },
  }));
  return { deployment, replicaSet, pods };
}

const ROOT = '/apis/apps/v1/namespaces/shop';
const DATABASE = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'orders', namespace: 'shop', uid: 'orders', generation: 1 },
  spec: { replicas: 1, template: { metadata: {}, spec: { containers: [] } } },
  status: { observedGeneration: 1, replicas: 1, availableReplicas: 1, currentRevision: 'a', updateRevision: 'a' },
};

function is(parts: { cart?: Workload; web?: Workload } = {}, answers: Readonly<Record<string, Answer>> = {}): void {
  const all = [running('cart', parts.cart), running('web', parts.web)];
  cluster.is({
    context: 'kind-dev',
    answers: {
      ...Object.fromEntries(
        all.map(({ deployment }) => [
          `GET ${ROOT}/deployments/${deployment.metadata.name}`,
          [200, deployment] as Answer,
        ]),
      ),
      [`GET ${ROOT}/statefulsets/orders`]: [200, DATABASE],
      [`GET ${ROOT}/replicasets`]: [200, { items: all.map(({ replicaSet }) => replicaSet) }],
      'GET /api/v1/namespaces/shop/pods': [200, { items: all.flatMap(({ pods }) => pods) }],
      PATCH: [200, null],
      ...answers,
    },
  });
}

const writes = () => cluster.requests().filter((line) => line.startsWith('PATCH'));
const rowOf = (out: string, part: string) => out.split('\n').find((line) => line.startsWith(`${part} `));

describe('status', () => {
  test('one line per workload', async () => {
    is();
    const { code, out } = await callsign(['status', ...APP, 'cart', 'web']);
    expect(out.split('\n')[1]).toMatch(/^PART +READY +IMAGE +RESTARTS +NODES$/);
    expect(rowOf(out, 'web')).toMatch(/^web {3}2\/2 {4}shop\/web:1 {3}0 {9}one, two$/);
    expect(code).toBe(0);
  });

  test('what is not ready, why, and who waits for it', async () => {
    is({ cart: { ready: 1, restarts: 3 } });
    const { code, out } = await callsign(['status', ...APP]);
    expect(rowOf(out, 'cart')).toMatch(/1\/2 .* 6 .* 1 of 2 replicas are ready/);
    expect(rowOf(out, 'web')).toContain('waits for cart');
    expect(code).toBe(1);
  });

  test('what is wrong with a pod, and how to fix it', async () => {
    const event = {
      metadata: { name: 'e', namespace: 'shop' },
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'cart-1', uid: 'cart-1' },
      reason: 'Unhealthy',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 404',
      lastTimestamp: new Date().toISOString(),
    };
    const httpGet = { path: '/healthz/ready', port: 8080 };
    const { pods } = running('cart', { ready: 1 });
    const probed = pods.map(({ spec, ...pod }) => ({
      ...pod,
      spec: { ...spec, containers: spec.containers.map((one) => ({ ...one, readinessProbe: { httpGet } })) },
    }));
    is(
      { cart: { ready: 1 } },
      {
        'GET /api/v1/namespaces/shop/pods': [200, { items: [...probed, ...running('web').pods] }],
        'GET /api/v1/namespaces/shop/events': [200, { items: [event] }],
      },
    );
    const { out } = await callsign(['status', ...APP]);
    const row = rowOf(out, 'cart')!;
    expect(row).toContain('1 of 2 replicas are ready, Unhealthy');
    expect(out).toContain(`${row}
  The readiness probe fails: GET /healthz/ready on port 8080 (the default path and port) answers with status 404.
  fix: Set a path that the program serves, such as health: { ready: '/' }. Without such a path: health: { ready: 'tcp' }.
`);
    const { workloads } = JSON.parse((await callsign(['status', ...APP, '--json'])).out) as { workloads: object[] };
    expect(workloads).toContainEqual(
      expect.objectContaining({ part: 'cart', trouble: expect.objectContaining({ fix: expect.any(String) }) }),
    );
    expect(workloads.filter((workload) => 'trouble' in workload)).toHaveLength(1);
  });

  test('the work that waits in a part', async () => {
    const metrics = '# TYPE jobs_waiting gauge\njobs_waiting{queue="mail"} 40\njobs_waiting{queue="print"} 2\n';
    is({}, { 'FORWARD pod/cart-0 :8080': [200, metrics] });
    const { out } = await callsign(['status', ...APP]);
    expect(rowOf(out, 'cart')).toMatch(/ {2}backlog 42 \(mail 40, print 2\)$/);
    expect(rowOf(out, 'web')).not.toContain('backlog');
  });

  test.each([
    ['there is no such metric', [200, 'other 1\n'] as Answer, '/metrics has no jobs_waiting'],
    ['the program does not answer', [404, ''] as Answer, '/metrics answers 404'],
    ['the pod cannot be reached', [0, 'error: lost connection to pod'] as Answer, 'error: lost connection to pod'],
  ])('why the waiting work is not known: %s', async (_, answer, reason) => {
    is({}, { 'FORWARD pod/cart-0 :8080': answer });
    const { code, out } = await callsign(['status', ...APP]);
    expect(rowOf(out, 'cart')).toContain(`backlog unknown: ${reason}`);
    expect(code).toBe(0);
  });

  test('the waiting work of a part without ready replicas', async () => {
    is({ cart: { ready: 0 } });
    expect(rowOf((await callsign(['status', ...APP])).out, 'cart')).toContain('backlog unknown: no replica is ready');
  });

  test('replicas that stand on one node', async () => {
    is({ cart: { nodes: ['one'] } });
    const { out } = await callsign(['status', ...APP]);
    expect(rowOf(out, 'cart')).toContain('all replicas are on one node');
    expect(rowOf(out, 'web')).not.toContain('on one node');
  });

  test('what is not in the cluster', async () => {
    is({}, { [`GET ${ROOT}/deployments/web`]: [404, { kind: 'Status', code: 404, message: 'not found' }] });
    expect(rowOf((await callsign(['status', ...APP])).out, 'web')).toContain('it is not in the cluster');
  });

  test('the latest warnings', async () => {
    const event = (message: string, minutes: number) => ({
      metadata: { name: 'e', namespace: 'shop' },
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'cart-0' },
      reason: 'Unhealthy',
      message,
      count: 4,
      lastTimestamp: new Date(Date.now() - minutes * 60_000).toISOString(),
    });
    is({}, { 'GET /api/v1/namespaces/shop/events': [200, { items: [event('now', 1), event('long ago', 60)] }] });
    const { out } = await callsign(['status', ...APP]);
    expect(out).toContain('Pod shop/cart-0  Unhealthy (4 times): now');
    expect(out).not.toContain('long ago');
  });

  test('as JSON', async () => {
    is({ cart: { ready: 0 } });
    const { out } = await callsign(['status', ...APP, '--json']);
    const { workloads } = JSON.parse(out) as { workloads: object[] };
    expect(workloads).toContainEqual(expect.objectContaining({ part: 'cart', ready: 0, wanted: 2, restarts: 0 }));
    expect(workloads).toHaveLength(3);
  });

  test('an unknown part', async () => {
    is();
    const { code, error } = await callsign(['status', ...APP, 'carts']);
    expect(error).toContain('Unknown part: "carts". Did you mean cart?');
    expect(code).toBe(2);
  });
});

describe('logs', () => {
  const log = (...lines: string[]): Answer => [200, `${lines.join('\n')}\n`];
  const LOGS = {
    'GET /api/v1/namespaces/shop/pods/cart-0/log': log(
      '2026-01-01T00:00:01Z first traceid=a',
      '2026-01-01T00:00:03Z third',
    ),
    'GET /api/v1/namespaces/shop/pods/cart-1/log': log('2026-01-01T00:00:02Z second'),
    'GET /api/v1/namespaces/shop/pods/web-0/log': log('2026-01-01T00:00:04Z fourth traceid=a'),
    'GET /api/v1/namespaces/shop/pods/web-1/log': [400, { kind: 'Status', code: 400, message: 'waiting to start' }],
  } as const satisfies Record<string, Answer>;
  const linesOf = async (...argv: string[]) => {
    is({}, LOGS);
    const { code, out } = await callsign(['logs', ...APP, ...argv]);
    expect(code).toBe(0);
    return out.trim().split('\n').slice(1);
  };

  test('all pods in the order of time', async () => {
    expect(await linesOf()).toEqual([
      'cart-0 first traceid=a',
      'cart-1 second',
      'cart-0 third',
      'web-0 fourth traceid=a',
    ]);
  });

  test.each([
    [['web'], ['web-0 fourth traceid=a']],
    [
      ['--request', 'traceid=a'],
      ['cart-0 first traceid=a', 'web-0 fourth traceid=a'],
    ],
    [['--text', 'second'], ['cart-1 second']],
    [['--text', 'first', '--request', 'traceid=b'], []],
  ])('%j', async (argv, expected) => {
    expect(await linesOf(...argv)).toEqual(expected);
  });

  test('one color per part on a terminal', async () => {
    is({}, LOGS);
    const { out } = await callsign(['logs', ...APP], { terminal: true });
    expect(out).toContain('\u001B[36mcart-0\u001B[39m first');
    expect(out).toContain('\u001B[32mweb-0\u001B[39m fourth');
  });

  test('as JSON, one object per line', async () => {
    is({}, LOGS);
    const { out } = await callsign(['logs', ...APP, '--json', 'web']);
    expect(JSON.parse(out)).toEqual({
      part: 'web',
      pod: 'web-0',
      time: '2026-01-01T00:00:04Z',
      text: 'fourth traceid=a',
    });
  });

  test.each([
    [['--since', 'soon'], '--since soon: expected a number and a unit'],
    [['--tail', 'all'], '--tail all: expected a whole number'],
    [['carts'], 'Did you mean cart?'],
  ])('%j is a wrong command line', async (argv, message) => {
    is();
    const { code, error } = await callsign(['logs', ...APP, ...argv]);
    expect(error).toContain(message);
    expect(code).toBe(2);
  });
});

describe('restart', () => {
  const SLICES: Readonly<Record<string, Answer>> = {
    'GET /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices': [200, { items: [] }],
  };

  test('replaces the pods of a part, and waits', async () => {
    is({}, SLICES);
    const { code, out } = await callsign(['restart', ...APP, 'web']);
    expect(out).toContain('restarts Deployment shop/web\n');
    expect(out).toContain('everything is ready\n');
    expect(code).toBe(0);
    expect(writes()).toEqual([`PATCH force ${ROOT}/deployments/web`]);
    const { out: json } = await callsign(['restart', ...APP, 'web', '--json']);
    expect(JSON.parse(json)).toEqual({ problems: [], blocked: [], silent: [] });
  });

  test('--all: callees before their callers, without databases', async () => {
    is({}, SLICES);
    await callsign(['restart', ...APP, '--all']);
    expect(writes()).toEqual([`PATCH force ${ROOT}/deployments/cart`, `PATCH force ${ROOT}/deployments/web`]);
  });

  test('--all stops at the first part that does not become ready', async () => {
    const { deployment } = running('cart');
    const image = { waiting: { reason: 'InvalidImageName' } };
    const [pod] = running('cart').pods;
    const broken = {
      ...pod,
      status: { containerStatuses: [{ name: 'cart', state: image, restartCount: 0, ready: false }] },
    };
    is(
      {},
      {
        [`GET ${ROOT}/deployments/cart`]: [
          200,
          { ...deployment, status: { ...deployment.status, updatedReplicas: 1 } },
        ],
        'GET /api/v1/namespaces/shop/pods': [200, { items: [broken] }],
      },
    );
    const { code, out } = await callsign(['restart', ...APP, '--all']);
    expect(out).toContain('[rollout-failed]');
    expect(code).toBe(1);
    expect(writes()).toEqual([`PATCH force ${ROOT}/deployments/cart`]);
    const { out: json } = await callsign(['restart', ...APP, '--all', '--json']);
    expect(JSON.parse(json)).toMatchObject({ problems: [{ code: 'rollout-failed' }] });
  }, 30_000);

  test.each([[[]], [['web', '--all']]])('%j is a wrong command line', async (argv) => {
    is();
    const { code, error } = await callsign(['restart', ...APP, ...argv]);
    expect(error).toContain('Expected: the name of a part, or --all.');
    expect(code).toBe(2);
  });
});
