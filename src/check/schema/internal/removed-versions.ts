/** A removed API version: its kinds (default: all), the Kubernetes version without it, and its successor. */
interface Removed {
  readonly apiVersion: string;
  readonly kinds?: readonly string[];
  readonly since: string;
  readonly successor?: string;
}

const REMOVED: readonly Removed[] = [
  {
    apiVersion: 'extensions/v1beta1',
    kinds: ['DaemonSet', 'Deployment', 'ReplicaSet'],
    since: '1.16',
    successor: 'apps/v1',
  },
  { apiVersion: 'extensions/v1beta1', kinds: ['NetworkPolicy'], since: '1.16', successor: 'networking.k8s.io/v1' },
  { apiVersion: 'extensions/v1beta1', kinds: ['Ingress'], since: '1.22', successor: 'networking.k8s.io/v1' },
  { apiVersion: 'extensions/v1beta1', kinds: ['PodSecurityPolicy'], since: '1.16' },
  { apiVersion: 'policy/v1beta1', kinds: ['PodSecurityPolicy'], since: '1.25' },
  { apiVersion: 'policy/v1beta1', kinds: ['PodDisruptionBudget'], since: '1.25', successor: 'policy/v1' },
  { apiVersion: 'apps/v1beta1', since: '1.16', successor: 'apps/v1' },
  { apiVersion: 'apps/v1beta2', since: '1.16', successor: 'apps/v1' },
  {
    apiVersion: 'networking.k8s.io/v1beta1',
    kinds: ['Ingress', 'IngressClass'],
    since: '1.22',
    successor: 'networking.k8s.io/v1',
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1beta1',
    kinds: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
    since: '1.22',
    successor: 'admissionregistration.k8s.io/v1',
  },
  { apiVersion: 'apiextensions.k8s.io/v1beta1', since: '1.22', successor: 'apiextensions.k8s.io/v1' },
  { apiVersion: 'apiregistration.k8s.io/v1beta1', since: '1.22', successor: 'apiregistration.k8s.io/v1' },
  {
    apiVersion: 'certificates.k8s.io/v1beta1',
    kinds: ['CertificateSigningRequest'],
    since: '1.22',
    successor: 'certificates.k8s.io/v1',
  },
  { apiVersion: 'coordination.k8s.io/v1beta1', kinds: ['Lease'], since: '1.22', successor: 'coordination.k8s.io/v1' },
  { apiVersion: 'rbac.authorization.k8s.io/v1alpha1', since: '1.22', successor: 'rbac.authorization.k8s.io/v1' },
  { apiVersion: 'rbac.authorization.k8s.io/v1beta1', since: '1.22', successor: 'rbac.authorization.k8s.io/v1' },
  {
    apiVersion: 'scheduling.k8s.io/v1beta1',
    kinds: ['PriorityClass'],
    since: '1.22',
    successor: 'scheduling.k8s.io/v1',
  },
  {
    apiVersion: 'storage.k8s.io/v1beta1',
    kinds: ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'],
    since: '1.22',
    successor: 'storage.k8s.io/v1',
  },
  {
    apiVersion: 'storage.k8s.io/v1beta1',
    kinds: ['CSIStorageCapacity'],
    since: '1.27',
    successor: 'storage.k8s.io/v1',
  },
  { apiVersion: 'batch/v1beta1', kinds: ['CronJob'], since: '1.25', successor: 'batch/v1' },
  { apiVersion: 'batch/v2alpha1', kinds: ['CronJob'], since: '1.21', successor: 'batch/v1' },
  { apiVersion: 'discovery.k8s.io/v1beta1', since: '1.25', successor: 'discovery.k8s.io/v1' },
  { apiVersion: 'events.k8s.io/v1beta1', since: '1.25', successor: 'events.k8s.io/v1' },
  { apiVersion: 'node.k8s.io/v1beta1', since: '1.25', successor: 'node.k8s.io/v1' },
  { apiVersion: 'autoscaling/v2beta1', since: '1.25', successor: 'autoscaling/v2' },
  { apiVersion: 'autoscaling/v2beta2', since: '1.26', successor: 'autoscaling/v2' },
  { apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta1', since: '1.26', successor: 'flowcontrol.apiserver.k8s.io/v1' },
  { apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta2', since: '1.29', successor: 'flowcontrol.apiserver.k8s.io/v1' },
  { apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3', since: '1.32', successor: 'flowcontrol.apiserver.k8s.io/v1' },
];

/** The removal of a kind from an API version, if it was removed. */
export function removalOf(apiVersion: string, kind: string): Removed | undefined {
  return REMOVED.find((entry) => entry.apiVersion === apiVersion && (entry.kinds?.includes(kind) ?? true));
}
