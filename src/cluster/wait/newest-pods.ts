import type { V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import type { LiveObject } from '../connection/api-server';
import type { ClusterState } from './cluster-state';

const REVISION = 'deployment.kubernetes.io/revision';
const GENERATION = 'deprecated.daemonset.template.generation';

/** The pods of the newest revision of a workload. Pods of older revisions say nothing about a rollout. */
export function newestPods(workload: LiveObject, { pods, replicaSets }: ClusterState): V1Pod[] {
  const { uid, annotations = {} } = workload.metadata;
  const ownedBy = (owner: string | undefined) => (pod: V1Pod) =>
    pod.metadata?.ownerReferences?.some((reference) => reference.uid === owner) ?? false;
  switch (workload.kind) {
    case 'Deployment': {
      const newest = replicaSets.find(
        ({ metadata }) =>
          metadata?.ownerReferences?.some((reference) => reference.uid === uid) &&
          metadata.annotations?.[REVISION] === annotations[REVISION],
      );
      return newest ? pods.filter(ownedBy(newest.metadata?.uid)) : [];
    }
    case 'StatefulSet': {
      const revision = (workload as unknown as V1StatefulSet).status?.updateRevision;
      return pods.filter((pod) => ownedBy(uid)(pod) && pod.metadata?.labels?.['controller-revision-hash'] === revision);
    }
    case 'DaemonSet':
      return pods.filter(
        (pod) => ownedBy(uid)(pod) && pod.metadata?.labels?.['pod-template-generation'] === annotations[GENERATION],
      );
    default:
      return pods.filter(ownedBy(uid));
  }
}

export function isPodReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}
