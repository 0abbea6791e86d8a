import type {
  CoreV1Event,
  V1EndpointSlice,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
} from '@kubernetes/client-node';
import { identityOf, type KubeObject } from '../../k8s/objects';
import { atOnce } from '../../basics/at-once';
import type { ApiServer, LiveObject } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';

const AT_ONCE = 8;

/** What the cluster contains at one moment, in the namespaces of a release. */
export interface ClusterState {
  /** The watched objects, by identity. */
  readonly objects: ReadonlyMap<string, LiveObject>;
  readonly pods: readonly V1Pod[];
  readonly replicaSets: readonly V1ReplicaSet[];
  readonly endpointSlices: readonly V1EndpointSlice[];
  readonly claims: readonly V1PersistentVolumeClaim[];
  readonly events: readonly CoreV1Event[];
}

/** Reads the watched objects, and everything that says why one of them is not ready. */
export async function readState(
  watched: readonly KubeObject[],
  { api, kinds }: { readonly api: ApiServer; readonly kinds: Kinds },
): Promise<ClusterState> {
  const namespaces = [...new Set(watched.flatMap(({ metadata }) => metadata.namespace ?? []))];
  const list = async <T>(groupVersion: string, resource: string): Promise<T[]> => {
    const lists = await atOnce(namespaces, AT_ONCE, async (namespace) => {
      const { items } = await api.json<{ items: T[] | null }>(`${groupVersion}/namespaces/${namespace}/${resource}`);
      return items ?? [];
    });
    return lists.flat();
  };
  const [objects, pods, replicaSets, endpointSlices, claims, events] = await Promise.all([
    atOnce(watched, AT_ONCE, async (object) => {
      const path = kinds.pathOf(object);
      return path === undefined ? undefined : api.get(path);
    }),
    list<V1Pod>('/api/v1', 'pods'),
    list<V1ReplicaSet>('/apis/apps/v1', 'replicasets'),
    list<V1EndpointSlice>('/apis/discovery.k8s.io/v1', 'endpointslices'),
    list<V1PersistentVolumeClaim>('/api/v1', 'persistentvolumeclaims'),
    list<CoreV1Event>('/api/v1', 'events?fieldSelector=type%3DWarning'),
  ]);
  return {
    objects: new Map(objects.flatMap((object) => (object ? [[identityOf(object), object] as const] : []))),
    pods,
    replicaSets,
    endpointSlices,
    claims,
    events,
  };
}

/** The latest warning about an object with one of these reasons. */
export function warningOf(
  { events }: ClusterState,
  uid: string | undefined,
  ...reasons: readonly string[]
): string | undefined {
  const found = events.filter(
    ({ involvedObject, reason }) => involvedObject.uid === uid && reasons.includes(reason ?? ''),
  );
  return found.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1)?.message;
}

/** When an event last happened, in milliseconds. */
export function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  // In JSON they are texts, although the type says dates.
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}
