import type { Graph } from '../../links/graph';
import { identityOf, titleOf, type KubeObject, type Manifest } from '../../k8s/objects';
import type { ApiServer } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';
import { wavesOf } from '../apply/waves';
import type { SecretValues } from '../fields/secret-values';
import { dependenciesOf } from '../wait/dependencies';
import { waitUntilReady, type Waited } from '../wait/wait';

/** Not `callsign`: apply must not remove the annotation. */
const RESTART_MANAGER = 'callsign-restart';
/** kubectl sets the same annotation. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

interface Restarting {
  readonly api: ApiServer;
  readonly kinds: Kinds;
  readonly secrets: SecretValues;
  readonly graph: Graph;
  readonly stop: AbortSignal;
  readonly onRestart: (title: string) => void;
  readonly onLook: (texts: ReadonlyMap<string, string>) => void;
}

/**
 * Replaces all pods of workloads, as a rollout does: each old pod ends after a new one is ready. Callees come before
 * their callers, one after the other, so that the cluster needs room for one new pod at a time.
 */
export async function restartWorkloads(
  workloads: readonly Manifest[],
  all: readonly Manifest[],
  { api, kinds, secrets, graph, stop, onRestart, onLook }: Restarting,
): Promise<Waited> {
  const services = all.filter(({ object }) => object.kind === 'Service');
  let last: Waited = { problems: [], blocked: [], silent: [] };
  for (const manifest of inOrder(workloads, graph)) {
    if (stop.aborted) break;
    const { object } = manifest;
    await api.change('PATCH', `${kinds.pathOf(object)!}?fieldManager=${RESTART_MANAGER}&force=true`, {
      type: 'apply',
      body: restarted(object),
    });
    onRestart(titleOf(object));
    last = await waitUntilReady([manifest, ...services], { api, kinds, secrets, graph, stop, onLook });
    if (last.blocked.length > 0) break;
  }
  return last;
}

function inOrder(workloads: readonly Manifest[], graph: Graph): Manifest[] {
  const objects = workloads.map(({ object }) => object);
  const edges = [...dependenciesOf(objects, graph)].flatMap(([from, callees]) => callees.map((to) => ({ from, to })));
  const order = wavesOf(objects.map(identityOf), edges).flat();
  return workloads.toSorted((a, b) => order.indexOf(identityOf(a.object)) - order.indexOf(identityOf(b.object)));
}

function restarted({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): object {
  const annotations = { [RESTARTED_AT]: new Date().toISOString() };
  return { apiVersion, kind, metadata: { name, namespace }, spec: { template: { metadata: { annotations } } } };
}
