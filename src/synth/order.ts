import type { KubeObject } from '../k8s/objects';

/** What others need comes before them: no pod is ever made before its policy, its account or its settings. */
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

/** A total order: it depends on what the objects are, not on who declared them first. */
export function compareObjects(a: KubeObject, b: KubeObject): number {
  return (
    rank(a) - rank(b) ||
    compare(a.kind, b.kind) ||
    compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
    compare(a.metadata.name, b.metadata.name) ||
    compare(a.apiVersion, b.apiVersion)
  );
}

function rank({ kind }: KubeObject): number {
  return RANK.get(kind) ?? KINDS.length;
}

// Not localeCompare: the order must be the same on every machine.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
