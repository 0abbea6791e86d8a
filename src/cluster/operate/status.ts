import type { V1Deployment, V1Pod, V1Service } from '@kubernetes/client-node';
import { atOnce } from '../../basics/at-once';
import type { Graph } from '../../links/graph';
import { filledConfigMapsOf } from '../../k8s/annotated-objects';
import { identityOf, titleOf, type Manifest } from '../../k8s/objects';
import type { ApiServer, LiveObject } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';
import type { Variables } from '../connection/kubectl-child';
import { readState, timeOf, type ClusterState } from '../wait/cluster-state';
import { dependenciesOf } from '../wait/dependencies';
import { readinessOf } from '../wait/kinds/readiness-of';
import { isPodReady, newestPods } from '../wait/newest-pods';
import type { Trouble } from '../wait/readiness';
import { backlogOf, type Backlog } from './backlog';
import { partOf } from './parts';

/** One workload, as it runs now. */
interface WorkloadStatus {
  readonly part: string;
  readonly object: string;
  readonly ready: number;
  readonly wanted: number;
  readonly images: readonly string[];
  readonly restarts: number;
  readonly nodes: readonly string[];
  /** All of its several replicas stand on one node, although there are more nodes with pods. */
  readonly onOneNode: boolean;
  /** Why it is not ready. Undefined if it is. */
  readonly reason?: string;
  /** What is wrong with one of its pods, and how to fix it. */
  readonly trouble?: { readonly message: string; readonly fix: string };
  /** What it calls or starts after that is not ready. */
  readonly waitsFor: readonly string[];
  /** The work that waits in it, if a metric says so. A text says why it is not known. */
  readonly backlog?: Backlog | string;
}

/** A warning of the last minutes. */
interface Warning {
  readonly time: string;
  readonly object: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

export interface ReleaseStatus {
  readonly workloads: readonly WorkloadStatus[];
  readonly warnings: readonly Warning[];
}

const AT_ONCE = 8;
const WARNINGS = 5;
const WARNING_MINUTES = 15;

/** What runs now. */
export async function statusOf(
  workloads: readonly Manifest[],
  all: readonly Manifest[],
  graph: Graph,
  { environment, ...cluster }: { readonly api: ApiServer; readonly kinds: Kinds; readonly environment: Variables },
): Promise<ReleaseStatus> {
  const tasks = all.filter(({ object }) => filledConfigMapsOf(object).length > 0);
  const objects = [...workloads, ...tasks].map(({ object }) => object);
  const state = await readState(objects, cluster);
  const services = all
    .filter(({ object }) => object.kind === 'Service')
    .map(({ object }) => object as unknown as V1Service);
  const nodes = new Set(state.pods.map(({ spec }) => spec?.nodeName).filter(Boolean));
  const readiness = new Map(
    objects.map((object) => {
      const live = state.objects.get(identityOf(object));
      return [identityOf(object), live && readinessOf(live, state, services)] as const;
    }),
  );
  const isUp = (identity: string) => ['ready', 'silent'].includes(readiness.get(identity)?.state ?? '');
  const needs = dependenciesOf(objects, graph);
  const titles = new Map([...workloads, ...tasks].map((one) => [identityOf(one.object), partOf(one)]));
  const access = { context: cluster.api.context, environment };
  return {
    workloads: await atOnce(workloads, AT_ONCE, async (workload) => {
      const identity = identityOf(workload.object);
      const is = readiness.get(identity);
      const pods = podsOf(workload, state);
      const backlog = await backlogOf(workload.object, pods.filter(isPodReady), access);
      const reason = is === undefined ? 'it is not in the cluster' : is.state === 'waiting' ? reasonOf(is) : undefined;
      return {
        part: partOf(workload),
        object: titleOf(workload.object),
        ...numbersOf(pods, state.objects.get(identity), nodes.size),
        ...(reason !== undefined && { reason }),
        ...(is?.state === 'waiting' && is.trouble && { trouble: troubleOf(is.trouble) }),
        ...(backlog !== undefined && { backlog }),
        waitsFor: (needs.get(identity) ?? []).filter((callee) => !isUp(callee)).map((callee) => titles.get(callee)!),
      };
    }),
    warnings: warningsIn(state),
  };
}

function reasonOf({
  text,
  trouble,
}: {
  readonly text: string;
  readonly trouble?: { readonly reason: string };
}): string {
  return trouble ? `${text}, ${trouble.reason}` : text;
}

function troubleOf({ message, fix }: Trouble): WorkloadStatus['trouble'] {
  return { message: message.trim(), fix };
}

/** The pods of the newest revision that do not end. */
function podsOf({ object }: Manifest, state: ClusterState): V1Pod[] {
  const live = state.objects.get(identityOf(object));
  return live ? newestPods(live, state).filter(({ metadata }) => !metadata?.deletionTimestamp) : [];
}

function numbersOf(pods: readonly V1Pod[], live: LiveObject | undefined, nodes: number) {
  const { spec, status } = (live ?? {}) as Partial<V1Deployment>;
  const wanted =
    spec?.replicas ?? (status as { desiredNumberScheduled?: number } | undefined)?.desiredNumberScheduled ?? 0;
  const ready = pods.filter(isPodReady);
  const where = [...new Set(ready.flatMap((pod) => pod.spec?.nodeName ?? []))].toSorted();
  return {
    ready: ready.length,
    wanted,
    images: [...new Set(pods.flatMap((pod) => pod.spec?.containers.map(({ image }) => image ?? '') ?? []))],
    restarts: pods
      .flatMap((pod) => pod.status?.containerStatuses ?? [])
      .reduce((sum, { restartCount }) => sum + restartCount, 0),
    nodes: where,
    onOneNode: ready.length > 1 && where.length === 1 && nodes > 1,
  };
}

function warningsIn({ events }: ClusterState): Warning[] {
  const since = Date.now() - WARNING_MINUTES * 60_000;
  return events
    .filter((event) => timeOf(event) > since)
    .toSorted((a, b) => timeOf(a) - timeOf(b))
    .slice(-WARNINGS)
    .map((event) => ({
      time: new Date(timeOf(event)).toISOString(),
      object: `${event.involvedObject.kind} ${event.involvedObject.namespace}/${event.involvedObject.name}`,
      reason: event.reason ?? '',
      message: event.message ?? '',
      count: event.count ?? 1,
    }));
}
