import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { readGraph } from '../support/graph';
import { GATEWAY, JOB, STRANGER, expectedFrom, withProbes, type Source, type Target } from '../support/probes';
import { holds } from '../support/promise';
import { until } from '../support/until';

export const policies: Step = {
  name: 'policies',
  promise: 'Each kind of pod can reach exactly the targets in the graph. Without the policies it can reach more.',
  async run(context) {
    const allowed = expectedFrom(await readGraph(context.signal));
    return withProbes(context, async (sources, targets) => {
      const seen = await observe(context, sources, targets);
      const wrong = seen
        .filter(({ from, to, open }) => open !== allowed(from.kind, to.kind))
        .map(({ from, to, open }) => `${from.name} ${open ? 'reaches' : 'does not reach'} ${to.name}`);
      holds(wrong.length === 0, 'the observed connections equal the graph', wrong);
      // A denied connection proves something only if another pod can connect.
      const deaf = targets
        .filter((target) => !seen.some(({ to, open }) => to === target && open))
        .map(({ name }) => name);
      holds(deaf.length === 0, 'at least one pod can reach every target', deaf);
      const control = await withoutPolicies(context, sources, targets);
      return {
        kinds: new Set(sources.map(({ kind }) => kind)).size,
        pairsTried: seen.length,
        open: seen.filter(({ open }) => open).length,
        denied: seen.filter(({ open }) => !open).length,
        differences: 0,
        negativeControl: control,
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
        const others = targets.filter(({ name }) => name !== from.name);
        const open = await from.connect(context.kubectl, others);
        return others.map((to, place) => ({ from, to, open: open[place]! }));
      }),
    );
    seen.push(...some.flat());
  }
  return seen;
}

/** Checks that a denied pair connects without the policies, and is denied again with them. */
async function withoutPolicies(
  { kubectl, blog }: Context,
  sources: readonly Source[],
  targets: readonly Target[],
): Promise<string> {
  const from = sources.find(({ kind }) => kind === 'web')!;
  const to = targets.find(({ kind }) => kind === 'postgres')!;
  const connects = async () => (await from.connect(kubectl, [to]))[0]!;
  holds(!(await connects()), `${from.name} is denied ${to.name}`);
  try {
    await kubectl.must(['-n', NAMESPACE, 'delete', 'networkpolicies', '--all']);
    await until(`without policies ${from.name} reaches ${to.name}`, 60, connects);
  } finally {
    await blog.apply();
  }
  await until(`with the policies again ${from.name} is denied ${to.name}`, 60, async () => !(await connects()));
  return 'without policies web reaches postgres; with them again it does not';
}

/** One line for each kind of pod, with the kinds that it reaches. */
function table(seen: readonly Observation[]): Record<string, string> {
  const rows: Record<string, Set<string>> = {};
  for (const { from, to, open } of seen) {
    const row = (rows[from.kind] ??= new Set());
    if (open) row.add(to.kind);
  }
  const label: Record<string, string> = {
    [GATEWAY]: 'another namespace (gateway)',
    [STRANGER]: 'a pod of no microservice',
    [JOB]: "the password's job",
  };
  return Object.fromEntries(
    Object.entries(rows).map(([kind, reached]) => [label[kind] ?? kind, [...reached].join(', ') || 'nothing']),
  );
}
