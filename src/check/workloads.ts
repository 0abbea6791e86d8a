import type { KubeObject } from '../k8s/manifest';

/** How many copies a workload is written to have; undefined where the nodes or another thing decide. */
export function copiesOf({ kind, spec }: KubeObject): number | undefined {
  if (!['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].includes(kind)) return undefined;
  const { replicas } = (spec ?? {}) as { replicas?: unknown };
  return typeof replicas === 'number' ? replicas : 1;
}
