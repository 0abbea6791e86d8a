import type { Blog } from './blog';
import { NAMESPACE } from './blog';
import { restartsOf, type Kubectl, type Pod } from './kubectl';
import { sleep } from './until';

const MIB = 1024 ** 2;
const POD = 'postgres-0';
const EVERY_MS = 2_000;

/** The memory of the container and its connections, from inside. The files differ between cgroup versions 1 and 2. */
const READ = `
cd /sys/fs/cgroup
if [ -f memory.stat ]; then
  cat memory.stat; echo "oom_kills $(sed -n 's/^oom_kill //p' memory.events)"; echo "peak $(cat memory.peak 2> /dev/null)"
else
  cd memory && cat memory.stat; echo "oom_kills $(sed -n 's/^oom_kill //p' memory.oom_control)"; echo "peak $(cat memory.max_usage_in_bytes)"
fi
psql -U postgres -d blog -qAtF ' ' -c "SELECT 'connections', count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' UNION ALL SELECT 'max_connections', current_setting('max_connections')::int"
`;

type Sample = ReadonlyMap<string, number>;

/** What was seen of the database while it was watched. */
export interface DatabaseFigures {
  readonly limitMiB: number;
  /** The most memory that the kernel could not have taken back. */
  readonly needMiB: number;
  readonly needPercent: number;
  /** The most memory, with the cached pages of files, which grow up to the limit. */
  readonly peakWithFilesMiB: number;
  readonly connections: number;
  readonly maxConnections: number;
  readonly samples: number;
  readonly restarts: number;
  /** Kills for lack of memory, of the container or of one of its processes. */
  readonly kills: number;
}

/** Watches the memory and the connections of the database, from its start until `end`. */
export class DatabaseWatch {
  readonly #samples: Sample[] = [];
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(
    private readonly kubectl: Kubectl,
    private readonly before: Pod,
  ) {}

  static async start(kubectl: Kubectl, blog: Blog): Promise<DatabaseWatch> {
    const watch = new DatabaseWatch(kubectl, (await blog.pods('postgres'))[0]!);
    watch.#samples.push(await watch.#read());
    watch.#running = watch.#watch();
    return watch;
  }

  async end(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async figures(): Promise<DatabaseFigures> {
    const after = await this.kubectl.get<Pod>('pod', POD, '-n', NAMESPACE);
    const last = await this.#read();
    const samples = [...this.#samples, last];
    const most = (of: (sample: Sample) => number) => Math.max(...samples.map(of));
    const limit = await this.#limit();
    const need = most(needed);
    const killed = after.status.containerStatuses?.some(
      ({ lastState }) => lastState?.terminated?.reason === 'OOMKilled' && restartsOf(after) > restartsOf(this.before),
    );
    return {
      limitMiB: Math.round(limit / MIB),
      needMiB: Math.round(need / MIB),
      needPercent: Math.round((1_000 * need) / limit) / 10,
      peakWithFilesMiB: Math.round(most((sample) => sample.get('peak') ?? 0) / MIB),
      connections: most((sample) => sample.get('connections') ?? 0),
      maxConnections: last.get('max_connections') ?? 0,
      samples: samples.length,
      // Another pod with the same name counts as a restart too.
      restarts:
        after.metadata.uid === this.before.metadata.uid ? restartsOf(after) - restartsOf(this.before) : Infinity,
      kills: (last.get('oom_kills') ?? 0) - (samples[0]!.get('oom_kills') ?? 0) + (killed ? 1 : 0),
    };
  }

  async #watch(): Promise<void> {
    for (; !this.#stopped; await sleep(EVERY_MS)) {
      // While the server restarts, there is no sample. The number of restarts shows it.
      const sample = await this.#read().catch(() => undefined);
      if (sample) this.#samples.push(sample);
    }
  }

  async #read(): Promise<Sample> {
    const text = await this.kubectl.exec(NAMESPACE, POD, ['sh', '-c', READ]);
    const lines = text.split('\n').map((line) => line.trim().split(' '));
    return new Map(lines.flatMap(([name, value]) => (name && value ? [[name, Number(value)] as const] : [])));
  }

  async #limit(): Promise<number> {
    const pod = await this.kubectl.get<{
      spec: { containers: { resources: { limits: { memory: string } } }[] };
    }>('pod', POD, '-n', NAMESPACE);
    const text = pod.spec.containers[0]!.resources.limits.memory;
    const [, digits, unit] = /^(\d+)(Mi|Gi)$/.exec(text) ?? [];
    if (digits === undefined) throw new Error(`the memory limit of ${POD} is ${text}, expected Mi or Gi`);
    return Number(digits) * (unit === 'Gi' ? 1024 : 1) * MIB;
  }
}

/**
 * The memory that the kernel cannot take back: of the processes, shared memory, and of the kernel for them. The cached
 * pages of files do not count, because the kernel drops them before the limit is reached.
 */
function needed(sample: Sample): number {
  const of = (name: string) => sample.get(name) ?? 0;
  // Version 1 does not report it.
  const kernel = of('kernel_stack') + of('pagetables') + of('percpu') + of('slab_unreclaimable');
  const processes = sample.has('anon') ? of('anon') + of('shmem') : of('total_rss') + of('total_shmem');
  return processes + kernel + of('sock');
}
