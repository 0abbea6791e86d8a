import { SCALED_OBJECT } from '../../k8s/keda';
import { referenceOf, valueAt, type KubeObject } from '../../k8s/objects';
import type { ApiServer } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';
import type { ReleasedObject } from '../release/members';

/** The kinds of autoscalers. KEDA makes a HorizontalPodAutoscaler for each ScaledObject, and deletes it with it. */
const AUTOSCALERS: ReadonlySet<string> = new Set(['HorizontalPodAutoscaler', SCALED_OBJECT.kind]);

/** The target of an autoscaler. In a ScaledObject, the kind can be left out. */
interface Autoscaler {
  readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name: string } };
}

/**
 * The number of replicas that an autoscaler sets now and the charts will set: `deployment/web:spec.replicas`. Undefined
 * if the object is no autoscaler of such a workload.
 */
export async function freedFieldOf(
  leaving: ReleasedObject,
  desired: readonly KubeObject[],
  { api, kinds }: { readonly api: ApiServer; readonly kinds: Kinds },
): Promise<string | undefined> {
  if (!AUTOSCALERS.has(leaving.kind)) return undefined;
  const autoscaler = (await api.get(kinds.pathOf(leaving)!)) as Autoscaler | undefined;
  const target = { kind: 'Deployment', ...autoscaler?.spec?.scaleTargetRef };
  const workload = desired.find(
    ({ kind, metadata }) =>
      kind === target.kind && metadata.name === target.name && metadata.namespace === leaving.metadata.namespace,
  );
  return workload && valueAt(workload, ['spec', 'replicas']) !== undefined
    ? `${referenceOf(workload)}:spec.replicas`
    : undefined;
}
