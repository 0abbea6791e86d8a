import { Jaeger, OTLP } from '../addons/jaeger';
import { prometheus } from '../addons/prometheus';
import type { Context, Evidence, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { nameOf, type Pod } from '../support/kubectl';
import { evidenceOf, Load, noneFailed, SITE } from '../support/load';
import { sleep } from '../support/until';

/** How long each state is measured. */
const SECONDS = 45;
const MIB = 2 ** 20;

/** How often the memory is read. The kubelet measures it every ten seconds. */
const PAUSE_SECONDS = 5;

/** What the kubelet measured in one pod. */
interface Reading {
  readonly time: number;
  readonly cpuSeconds: number;
  readonly memory: number;
  /** The files in its volumes. */
  readonly files: number;
}
type Readings = ReadonlyMap<string, Reading>;

/** What the replicas of a part use. The largest one of its replicas counts. */
interface Usage {
  readonly milliCpu: Record<string, number>;
  readonly mebibytes: Record<string, number>;
  readonly fileMebibytes: Record<string, number>;
}

export const usage: Step = {
  name: 'usage',
  promise:
    'What the services of the blog use, idle and under load, and how long they take to start: alone, with a Prometheus that scrapes them, and with traces of all requests.',
  heavy: true,
  async run(context) {
    const alone = await usageOf(context);
    const scraped = await prometheus(context, NAMESPACE).use(() => usageOf(context));
    const traced = await new Jaeger(context).use(async () => {
      await context.blog.applyWith({ CALLSIGN_TELEMETRY_OTLP: OTLP }, context.signal);
      return usageOf(context);
    });
    return { alone, scraped, traced };
  },
};

async function usageOf(context: Context): Promise<Evidence> {
  const { blog, gateway, say } = context;
  const pods = await blog.readyPods();
  await sleep(20_000);
  const idle = await measured(context, pods);
  say('under load');
  const load = new Load(gateway, SITE);
  const busy = await measured(context, pods).finally(() => load.stop());
  const figures = await load.stop();
  noneFailed(figures, 'no request fails');
  return { idle, busy, secondsToReady: byPart(pods, secondsToReady), ...evidenceOf(figures) };
}

/** The CPU in the mean, and the most memory and files. */
async function measured(context: Context, pods: readonly Pod[]): Promise<Usage> {
  const all: Readings[] = [];
  for (const end = Date.now() + SECONDS * 1_000; Date.now() < end; await sleep(PAUSE_SECONDS * 1_000))
    all.push(await readings(context, pods));
  const of = (pod: Pod) => all.flatMap((one) => one.get(pod.metadata.name) ?? []);
  const mebibytes = (bytes: readonly number[]) => Math.round((Math.max(...bytes) / MIB) * 10) / 10;
  const milliCpu = (pod: Pod) => {
    const [first, last] = [of(pod)[0]!, of(pod).at(-1)!];
    return Math.round((1_000 * (last.cpuSeconds - first.cpuSeconds)) / ((last.time - first.time) / 1_000));
  };
  return {
    milliCpu: byPart(pods, milliCpu),
    mebibytes: byPart(pods, (pod) => mebibytes(of(pod).map(({ memory }) => memory))),
    fileMebibytes: byPart(pods, (pod) => mebibytes(of(pod).map(({ files }) => files))),
  };
}

interface PodStats {
  readonly podRef: { readonly name: string; readonly namespace: string };
  readonly containers: readonly {
    readonly cpu: { readonly time: string; readonly usageCoreNanoSeconds: number };
    readonly memory: { readonly workingSetBytes: number };
  }[];
  readonly volume?: readonly { readonly usedBytes: number; readonly pvcRef?: object }[];
}

/** What the kubelets of the nodes measured last, by the name of the pod. */
async function readings({ kubectl }: Context, pods: readonly Pod[]): Promise<Readings> {
  const nodes = [...new Set(pods.map(({ spec }) => spec.nodeName!))];
  const summaries = await Promise.all(
    nodes.map(async (node) => {
      const text = await kubectl.must(['get', '--raw', `/api/v1/nodes/${node}/proxy/stats/summary`]);
      return (JSON.parse(text) as { pods: PodStats[] }).pods;
    }),
  );
  const ours = summaries.flat().filter(({ podRef }) => podRef.namespace === NAMESPACE);
  return new Map(
    ours.map(({ podRef, containers, volume = [] }) => [
      podRef.name,
      {
        time: Date.parse(containers[0]!.cpu.time),
        cpuSeconds: containers[0]!.cpu.usageCoreNanoSeconds / 1e9,
        memory: containers[0]!.memory.workingSetBytes,
        files: Math.max(0, ...volume.filter(({ pvcRef }) => !pvcRef).map(({ usedBytes }) => usedBytes)),
      },
    ]),
  );
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
