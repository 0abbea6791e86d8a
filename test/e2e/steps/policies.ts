import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { readGraph } from '../support/graph';
import {
  ELSEWHERE,
  GATEWAY,
  JOB,
  STRANGER,
  expectedFrom,
  withProbes,
  type Source,
  type Target,
} from '../support/probes';
import { holds } from '../support/promise';
import { until } from '../support/until';

export const policies: Step = {
  name: 'policies',
  promise:
    'Each kind of pod can reach exactly the ports in the graph; only the bus can deliver events. Without the policies it can reach more.',
  async run(context) {
    const allowed = expectedFrom(await readGraph(context.signal));
    return withProbes(context, async (sources, targets) => {
      const seen = await observe(context, sources, targets);
      const wrong = seen
        .filter(({ from, to, open }) => open !== allowed(from.kind, to.kind))
        .map(({ from, to, open }) => `${from.name} ${open ? 'reaches' : 'does not reach'} ${to.name}`);
      holds(wrong.length === 0, 'the observed connections equal the graph', wrong);
      // A denied connection proves something only if another pod can connect, or any pod without the policies.
      const silent = targets.filter((target) => !seen.some(({ to, open }) => to === target && open));
      const control = await withoutPolicies(context, sources, targets, silent);
      const hidden = await tryThroughGateway(context);
      return {
        kinds: new Set(sources.map(({ kind }) => kind)).size,
        pairsTried: seen.length,
        open: seen.filter(({ open }) => open).length,
        denied: seen.filter(({ open }) => !open).length,
        differences: 0,
        negativeControl: control,
        notThroughTheGateway: hidden,
        matrix: table(seen),
      };
    });
  },
};

interface Observation {
  readonly from: Source;
  readonly to: Target;
  readonly open: boolean;
}

/** Tries every pair except a pod and its own address: that traffic does not leave the pod. */
async function observe(
  context: Context,
  sources: readonly Source[],
  targets: readonly Target[],
): Promise<Observation[]> {
  const seen: Observation[] = [];
  // Four at a time, because each is a process in a pod.
  for (let i = 0; i < sources.length; i += 4) {
    const some = await Promise.all(
      sources.slice(i, i + 4).map(async (from) => {
        const others = targets.filter(({ pod }) => pod !== from.name);
        const open = await from.connect(context.kubectl, others);
        return others.map((to, place) => ({ from, to, open: open[place]! }));
      }),
    );
    seen.push(...some.flat());
  }
  return seen;
}

/**
 * Checks that a pod reaches Postgres and the targets that no pod reached, once there are no policies, and that it is
 * denied all of them again with the policies.
 */
async function withoutPolicies(
  { kubectl, blog }: Context,
  sources: readonly Source[],
  targets: readonly Target[],
  silent: readonly Target[],
): Promise<string> {
  const from = sources.find(({ kind }) => kind === 'web')!;
  const tried = [...targets.filter(({ kind }) => kind === 'postgres'), ...silent].filter(
    ({ pod }) => pod !== from.name,
  );
  const open = async () => (await from.connect(kubectl, tried)).filter(Boolean).length;
  holds((await open()) === 0, `${from.name} is denied ${tried.length} targets`);
  try {
    await kubectl.must(['-n', NAMESPACE, 'delete', 'networkpolicies', '--all']);
    await until(`without policies ${from.name} reaches all of them`, 60, async () => (await open()) === tried.length);
  } finally {
    await blog.apply();
  }
  await until(`with the policies again ${from.name} is denied all of them`, 60, async () => (await open()) === 0);
  return `without policies web reaches postgres and ${tried.length - 1} ports that no pod reaches with them; with them again it reaches none`;
}

/**
 * Requests to the routes for the bus, the kubelet and Prometheus, through the gateway. None is a route there; the id of a
 * post is never `events`.
 */
async function tryThroughGateway({ gateway }: Context): Promise<number> {
  const hidden: readonly (readonly [method: string, path: string])[] = [
    ['POST', '/events'],
    ['GET', '/replay'],
    ['POST', '/replay'],
    ['POST', '/replay/0/events'],
    ['POST', '/replay/0/switch'],
    ['GET', '/healthz/live'],
    ['GET', '/healthz/ready'],
    ['GET', '/metrics'],
  ];
  const tried = ['', '/api', '/api/posts', '/api/comments', '/api/query'].flatMap((prefix) =>
    hidden.map(([method, path]) => ({ method, path: `${prefix}${path}` })),
  );
  for (const { method, path } of tried) {
    const body = method === 'POST' ? { body: {} } : {};
    const answer = await gateway.ask(path, { method, ...body });
    holds([400, 404].includes(answer.status), `${method} ${path} is no route behind the gateway`, answer);
  }
  return tried.length;
}

/** One line for each kind of pod, with the kinds that it reaches. */
function table(seen: readonly Observation[]): Record<string, string> {
  const rows: Record<string, Set<string>> = {};
  for (const { from, to, open } of seen) {
    const row = (rows[from.kind] ??= new Set());
    if (open) row.add(to.kind);
  }
  const label: Record<string, string> = {
    [GATEWAY]: 'the namespace of the gateway',
    [ELSEWHERE]: 'another namespace',
    [STRANGER]: 'a pod of no microservice',
    [JOB]: "the password's job",
  };
  return Object.fromEntries(
    Object.entries(rows).map(([kind, reached]) => [label[kind] ?? kind, [...reached].join(', ') || 'nothing']),
  );
}
