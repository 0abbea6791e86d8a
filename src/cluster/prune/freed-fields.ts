import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { referenceOf, valueAt, type KubeObject } from '../../k8s/objects';
import type { ApiServer } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';
import type { ReleasedObject } from '../release/members';

/**
 * The number of replicas that an autoscaler sets now and the charts will set: `deployment/web:spec.replicas`. Undefined
 * if the object is no autoscaler of such a workload.
 */
export async function freedFieldOf(
  leaving: ReleasedObject,
  desired: readonly KubeObject[],
  { api, kinds }: { readonly api: ApiServer; readonly kinds: Kinds },
): Promise<string | undefined> {
  if (leaving.kind !== 'HorizontalPodAutoscaler') return undefined;
  const autoscaler = (await api.get(kinds.pathOf(leaving)!)) as V2HorizontalPodAutoscaler | undefined;
  const target = autoscaler?.spec?.scaleTargetRef;
  const workload = desired.find(
    ({ kind, metadata }) =>
      kind === target?.kind && metadata.name === target.name && metadata.namespace === leaving.metadata.namespace,
  );
  return workload && valueAt(workload, ['spec', 'replicas']) !== undefined
    ? `${referenceOf(workload)}:spec.replicas`
    : undefined;
}
