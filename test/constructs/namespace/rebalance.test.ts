import { Namespace } from '../../../src/index';
import { chart, find, objectsOf } from '../render';

const objects = objectsOf(chart((scope) => new Namespace(scope, 'shop', { rebalance: true })));

test('a CronJob may list nodes and pods and evict pods, and may connect only to the API server', () => {
  expect(find(objects, 'CronJob', 'rebalance').spec).toMatchObject({ schedule: '*/2 * * * *' });
  expect(find(objects, 'Role', 'rebalance').rules).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  ]);
  const [role, binding] = ['ClusterRole', 'ClusterRoleBinding'].map((kind) => find(objects, kind, 'shop-rebalance'));
  expect(role.rules).toEqual([{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }]);
  expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: 'rebalance', namespace: 'shop' }]);
  for (const object of [role, binding]) expect(object.metadata).not.toHaveProperty('namespace');
  expect(
    find(objects, 'NetworkPolicy', 'rebalance')
      .spec.egress.at(-1)
      .ports.map(({ port }: { port: number }) => port),
  ).toEqual([443, 6443]);
});

test('without the option there is none', () => {
  const others = objectsOf(chart((scope) => new Namespace(scope, 'shop')));
  expect(others.map(({ kind }) => kind)).toEqual(['Namespace', 'NetworkPolicy']);
});

interface Pods {
  /** The nodes of the replicas of each ReplicaSet: one letter for each replica. */
  readonly replicas: Record<string, string>;
  /** Nodes by letter. */
  readonly nodes?: Record<string, object>;
  /** A change to the pods. */
  readonly change?: (pod: { metadata: Record<string, unknown>; status: object }) => void;
  /** The status of an eviction. */
  readonly status?: number;
  /** The seconds until the replacement of an evicted replica is Ready, on the node with the fewest. */
  readonly readyAfter?: number;
}

const NOW = Date.parse('2030-01-01T12:00:00Z');
const ready = (seconds = 600) => ({
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: new Date(NOW - seconds * 1_000).toISOString() }],
});
const node = (status: object = ready(), spec: object = {}) => ({ status, spec });

/** Runs the program from the CronJob. Only the requests to the API server are intercepted. Returns what it evicts. */
async function evicted({
  replicas,
  nodes = { a: node(), b: node() },
  change,
  status = 201,
  readyAfter = 3,
}: Pods): Promise<string[]> {
  const pods = Object.entries(replicas).flatMap(([uid, on]) =>
    [...on].map((nodeName, i) => ({
      metadata: {
        name: `${uid}-${i}`,
        namespace: 'shop',
        ownerReferences: [{ kind: 'ReplicaSet', uid, controller: true }],
      },
      spec: { nodeName },
      status: ready(),
    })),
  );
  for (const pod of pods) change?.(pod);
  const answers: Record<string, object[]> = {
    '/api/v1/nodes': Object.entries(nodes).map(([name, rest]) => ({ metadata: { name }, ...rest })),
    '/api/v1/namespaces/shop/pods': pods,
  };
  const starting = { conditions: [] };
  let readyIn = 0;
  const found: string[] = [];
  const failures: Error[] = [];
  const fetch = async (url: string, { method, body }: { method: string; body?: string }) => {
    const path = url.replace('https://kubernetes.default.svc', '');
    if (method === 'GET') return { status: answers[path] ? 200 : 404, json: async () => ({ items: answers[path] }) };
    const { kind, metadata } = JSON.parse(body!) as { kind: string; metadata: { name: string } };
    expect([kind, path]).toEqual(['Eviction', `/api/v1/namespaces/shop/pods/${metadata.name}/eviction`]);
    const evictedPod = pods.find((pod) => pod.metadata.name === metadata.name)!;
    // The replicas of the others must all be Ready.
    expect(pods.filter(({ status: one }) => one === starting)).toEqual([]);
    found.push(metadata.name);
    if (status === 201) {
      evictedPod.status = starting;
      evictedPod.spec.nodeName = 'b';
      readyIn = readyAfter;
    }
    return { status, statusText: '' };
  };
  /** A second passes at each call. */
  const setTimeout = (callback: () => void) => {
    if (--readyIn === 0) for (const pod of pods.filter(({ status: one }) => one === starting)) pod.status = ready();
    setImmediate(callback);
  };
  class Clock extends Date {
    static override now() {
      return NOW;
    }
  }
  const [container] = find(objects, 'CronJob', 'rebalance').spec.jobTemplate.spec.template.spec.containers;
  const text = (container.command[2] as string).replace(/rebalance\(\);\s*$/, 'return rebalance();');
  // oxlint-disable-next-line typescript/no-implied-eval -- the same text as in the cluster
  await (new Function('process', 'fetch', 'require', 'Date', 'console', 'setTimeout', text)(
    { env: { NAMESPACE: 'shop' }, on: () => undefined },
    fetch,
    () => ({ readFileSync: () => 'token' }),
    Clock,
    { log: () => undefined, error: (error: Error) => failures.push(error) },
    setTimeout,
  ) as Promise<void>);
  expect(failures).toEqual([]);
  return found;
}

test.each<[what: string, pods: Pods, expected: string[]]>([
  ['two replicas on one of two nodes: one moves', { replicas: { cart: 'aa' } }, ['cart-0']],
  ['two replicas on two nodes: none', { replicas: { cart: 'ab' } }, []],
  ['three replicas on two nodes: none', { replicas: { cart: 'aba' } }, []],
  ['five replicas, four of them on one node: one moves', { replicas: { cart: 'baaaa' } }, ['cart-1']],
  ['one replica: none', { replicas: { cart: 'a' } }, []],
  [
    'each Deployment is compared on its own',
    { replicas: { cart: 'aa', till: 'aaa', web: 'ab' } },
    ['cart-0', 'till-0'],
  ],
  [
    'a replacement that takes 50 seconds holds up the next one',
    { replicas: { cart: 'aa', till: 'aa' }, readyAfter: 50 },
    ['cart-0', 'till-0'],
  ],
  [
    'a replacement that does not become Ready ends the run',
    { replicas: { cart: 'aa', till: 'aa' }, readyAfter: 100 },
    ['cart-0'],
  ],
  ['one node: none', { replicas: { cart: 'aa' }, nodes: { a: node() } }, []],
  [
    'a node that is not Ready gets none',
    { replicas: { cart: 'aa' }, nodes: { a: node(), b: node({ conditions: [] }) } },
    [],
  ],
  [
    'a node that came back 20 seconds ago gets none',
    { replicas: { cart: 'aa' }, nodes: { a: node(), b: node(ready(20)) } },
    [],
  ],
  [
    'a cordoned node gets none',
    { replicas: { cart: 'aa' }, nodes: { a: node(), b: node(ready(), { unschedulable: true }) } },
    [],
  ],
  [
    'a control plane gets none',
    { replicas: { cart: 'aa' }, nodes: { a: node(), b: node(ready(), { taints: [{ effect: 'NoSchedule' }] }) } },
    [],
  ],
  [
    'a node to avoid if possible counts',
    { replicas: { cart: 'aa' }, nodes: { a: node(), b: node(ready(), { taints: [{ effect: 'PreferNoSchedule' }] }) } },
    ['cart-0'],
  ],
  ['a replica that is not Ready: none moves', { replicas: { cart: 'aa' }, change: (pod) => (pod.status = {}) }, []],
  [
    'a replica that shuts down: none moves',
    { replicas: { cart: 'aa' }, change: ({ metadata }) => (metadata['deletionTimestamp'] = '2030-01-01') },
    [],
  ],
  [
    'pods of a StatefulSet stay',
    {
      replicas: { db: 'aa' },
      change: ({ metadata }) => (metadata['ownerReferences'] = [{ kind: 'StatefulSet', uid: 'db', controller: true }]),
    },
    [],
  ],
  ['a budget that allows no eviction now is no error', { replicas: { cart: 'aa' }, status: 429 }, ['cart-0']],
])('%s', async (_, pods, expected) => {
  expect(await evicted(pods)).toEqual(expected);
});

test('any other answer is an error, so that the Job runs again', async () => {
  await expect(evicted({ replicas: { cart: 'aa' }, status: 403 })).rejects.toThrow('cart-0: 403');
});
