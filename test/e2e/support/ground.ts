import { availableParallelism, loadavg } from 'node:os';
import type { Kubectl, KubeObject, Pod } from './kubectl';
import { until } from './until';

export interface Node extends KubeObject {
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime: string;
    }[];
  };
}

/** With more runnable programs per core than this, even healthy programs are too slow. */
const BUSY_LOAD = 4;
/** A timer is this late only if the whole machine was suspended. */
const STOOD_STILL_MS = 5_000;
const TICK_MS = 500;

/**
 * The health of the machine, the nodes and the control plane. If one of them has a fault of its own, a broken promise is
 * not a fault of the blog.
 */
export class Ground {
  readonly #timer: NodeJS.Timeout;
  readonly #standstills: { readonly until: number; readonly ms: number }[] = [];

  constructor(private readonly kubectl: Kubectl) {
    let last = Date.now();
    this.#timer = setInterval(() => {
      const now = Date.now();
      if (now - last > STOOD_STILL_MS) this.#standstills.push({ until: now, ms: now - last });
      last = now;
    }, TICK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The faults since a moment, except for the nodes that the step itself stopped. */
  async faults(since: number, stopped: ReadonlySet<string>): Promise<string[]> {
    const still = this.#standstills
      .filter((standstill) => standstill.until >= since)
      .map(({ ms }) => `the machine was suspended for ${Math.round(ms / 1_000)} s`);
    const nodes = await this.kubectl.list<Node>('nodes').catch((): Node[] => []);
    const pods = await this.#controlPlane().catch((): Pod[] => []);
    const away = nodes.length === 0 ? ['the API server does not answer'] : [];
    return [
      ...still,
      ...busyness(),
      ...away,
      ...faultsOf(
        nodes.filter(({ metadata }) => !stopped.has(metadata.name)),
        pods,
        since,
      ),
    ];
  }

  /** Waits until everything is healthy again. */
  async steady(): Promise<void> {
    await until('the nodes are Ready and the control plane runs', 180, async () => {
      const nodes = await this.kubectl.list<Node>('nodes');
      const pods = await this.#controlPlane();
      return nodes.every(isUp) && pods.every(({ status }) => status.containerStatuses?.every(({ ready }) => ready));
    });
  }

  #controlPlane(): Promise<Pod[]> {
    return this.kubectl.list<Pod>('pods', '-n', 'kube-system', '-l', 'tier=control-plane');
  }
}

const BUSY = 'the machine was busy';

/** Whether more programs wanted to run than the cores can serve, as the load of the last minute. */
export function busyness(load = loadavg()[0]!, cores = availableParallelism()): string[] {
  return load > BUSY_LOAD * cores ? [`${BUSY}: a load of ${Math.round(load)} on ${cores} cores`] : [];
}

/** Whether a fault is that one. */
export const isBusyness = (fault: string): boolean => fault.startsWith(BUSY);

/** Nodes that were not Ready, and pods of the control plane that ended, since a moment. Cluster times are whole seconds. */
export function faultsOf(nodes: readonly Node[], controlPlane: readonly Pod[], since: number): string[] {
  const from = since - (since % 1_000);
  const lost = nodes.filter((node) => !isUp(node) || Date.parse(readyOf(node)!.lastTransitionTime) >= from);
  const ended = controlPlane.filter(({ status }) =>
    status.containerStatuses?.some(({ lastState }) => Date.parse(lastState?.terminated?.finishedAt ?? '') >= from),
  );
  return [
    ...lost.map(({ metadata }) => `node ${metadata.name} was lost`),
    ...ended.map(({ metadata }) => `${metadata.name} ended`),
  ];
}

/** Whether the node is Ready. */
export const isUp = (node: Node): boolean => readyOf(node)?.status === 'True';

const readyOf = ({ status }: Node) => status.conditions.find(({ type }) => type === 'Ready');
