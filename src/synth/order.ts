import { partsBefore } from '../k8s/annotated-objects';
import type { KubeObject } from '../k8s/objects';

/** Objects come after the objects that they need. A pod is never created before its policy, account or settings. */
const KINDS = [
  'Namespace',
  'CustomResourceDefinition',
  'StorageClass',
  'PriorityClass',
  'IngressClass',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Secret',
  'ConfigMap',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Service',
  'Job',
  'StatefulSet',
  'DaemonSet',
  'Deployment',
  'Pod',
  'CronJob',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
  'Middleware',
  'Ingress',
];
const RANK = new Map(KINDS.map((kind, i) => [kind, i]));

/** A total order. It depends on the objects only, not on the order of their declarations. */
export function compareObjects(a: KubeObject, b: KubeObject): number {
  return (
    rankOf(a) - rankOf(b) ||
    compare(a.kind, b.kind) ||
    compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
    compare(a.metadata.name, b.metadata.name) ||
    compare(a.apiVersion, b.apiVersion)
  );
}

/**
 * The position of an object in the order of apply. A Job that waits for the rollout of Deployments comes after them, so
 * that it sees their new state.
 */
export function rankOf(object: KubeObject): number {
  return object.kind === 'Job' && partsBefore(object).length > 0 ? orderOf('Pod') : orderOf(object.kind);
}

/** The position of a kind in the order of apply. */
export function orderOf(kind: string): number {
  return RANK.get(kind) ?? KINDS.length;
}

// localeCompare would give a different order on some machines.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
