import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { nameOf, type Pod } from '../support/kubectl';
import { evidenceOf, Load, noneFailed, SITE } from '../support/load';
import { sleep } from '../support/until';

/** How long each state is measured. */
const SECONDS = 45;
/** How many times the usual requests of a visitor and a writer. */
const TIMES = 3;
const MIB = 2 ** 20;

interface Reading {
  readonly cpuSeconds: number;
  readonly memory: number;
  readonly peak: number;
  readonly temporary: number;
}

/** What the replicas of a part use. The largest one of its replicas counts. */
interface Usage {
  readonly milliCpu: number;
  readonly mebibytes: number;
}

export const usage: Step = {
  name: 'usage',
  promise: 'What the services of the blog use, idle and under load, and how long they take to start.',
  heavy: true,
  async run(context) {
    const { blog, gateway, say } = context;
    const pods = await blog.readyPods();
    await sleep(20_000);
    const idle = await measured(context, pods, () => sleep(SECONDS * 1_000));
    say('under load');
    const load = new Load(
      gateway,
      SITE.map((target) => ({ ...target, rate: target.rate * TIMES })),
    );
    const busy = await measured(context, pods, () => sleep(SECONDS * 1_000)).finally(() => load.stop());
    const figures = await load.stop();
    noneFailed(figures, 'no request fails');
    const readings = await Promise.all(pods.map((pod) => reading(context, pod)));
    const largest = (of: (one: Reading) => number) =>
      byPart(pods, (pod) => Math.round((of(readings[pods.indexOf(pod)]!) / MIB) * 10) / 10);
    return {
      idle,
      busy,
      peakMebibytes: largest(({ peak }) => peak),
      temporaryMebibytes: largest(({ temporary }) => temporary),
      secondsToReady: byPart(pods, secondsToReady),
      ...evidenceOf(figures),
    };
  },
};

async function measured(context: Context, pods: readonly Pod[], wait: () => Promise<unknown>): Promise<object> {
  const before = await Promise.all(pods.map((pod) => reading(context, pod)));
  const began = Date.now();
  await wait();
  const seconds = (Date.now() - began) / 1_000;
  const after = await Promise.all(pods.map((pod) => reading(context, pod)));
  const used = (pod: Pod): Usage => {
    const i = pods.indexOf(pod);
    return {
      milliCpu: Math.round(((after[i]!.cpuSeconds - before[i]!.cpuSeconds) / seconds) * 1_000),
      mebibytes: Math.round(after[i]!.memory / MIB),
    };
  };
  return {
    milliCpu: byPart(pods, (pod) => used(pod).milliCpu),
    mebibytes: byPart(pods, (pod) => used(pod).mebibytes),
  };
}

/** The numbers of the container's own group, as the node counts them. Files that the kernel could drop do not count. */
async function reading({ kubectl }: Context, pod: Pod): Promise<Reading> {
  const script =
    "cd /sys/fs/cgroup && grep usage_usec cpu.stat | cut -d ' ' -f 2 && cat memory.current memory.peak && grep inactive_file memory.stat | head -1 | cut -d ' ' -f 2 && du -sk /tmp 2>/dev/null | cut -f 1";
  const text = await kubectl.exec(NAMESPACE, pod.metadata.name, ['sh', '-c', script]);
  const [cpu = 0, current = 0, peak = 0, files = 0, temporary = 0] = text.trim().split('\n').map(Number);
  return { cpuSeconds: cpu / 1e6, memory: current - files, peak, temporary: temporary * 1024 };
}

function secondsToReady({ status }: Pod): number {
  const { conditions = [] } = status as { conditions?: { type: string; lastTransitionTime?: string }[] };
  const { containerStatuses = [] } = status as unknown as {
    containerStatuses?: { state?: { running?: { startedAt: string } } }[];
  };
  const ready = conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
  const began = containerStatuses[0]?.state?.running?.startedAt ?? '';
  return (Date.parse(ready) - Date.parse(began)) / 1_000;
}

/** The largest value of the replicas of each part. */
function byPart(pods: readonly Pod[], valueOf: (pod: Pod) => number): Record<string, number> {
  const values: Record<string, number> = {};
  for (const pod of pods) values[nameOf(pod)] = Math.max(values[nameOf(pod)] ?? -Infinity, valueOf(pod));
  return values;
}
