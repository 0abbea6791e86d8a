/** Fields that an API server needs though its schema does not say so. */
export const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'v1.Pod': ['spec'],
  'v1.PodTemplateSpec': ['spec'],
  'v1.Service': ['spec'],
  'v1.PersistentVolume': ['spec'],
  'v1.PersistentVolumeClaim': ['spec'],
  'apps/v1.Deployment': ['spec'],
  'apps/v1.StatefulSet': ['spec'],
  'apps/v1.DaemonSet': ['spec'],
  'apps/v1.ReplicaSet': ['spec'],
  'v1.ReplicationController': ['spec'],
  'batch/v1.Job': ['spec'],
  'batch/v1.CronJob': ['spec'],
  'batch/v1.JobTemplateSpec': ['spec'],
  'networking/v1.Ingress': ['spec'],
  'autoscaling/v2.HorizontalPodAutoscaler': ['spec'],
  'autoscaling/v1.HorizontalPodAutoscaler': ['spec'],
  'v1.ConfigMapEnvSource': ['name'],
  'v1.SecretEnvSource': ['name'],
  'v1.ConfigMapVolumeSource': ['name'],
  'v1.SecretVolumeSource': ['secretName'],
  'v1.ConfigMapKeySelector': ['name'],
  'v1.SecretKeySelector': ['name'],
  'v1.ConfigMapProjection': ['name'],
  'v1.SecretProjection': ['name'],
  'v1.PodDNSConfigOption': ['name'],
  'v1.ServiceReference': ['name'],
};

/** Enumerations of which an empty text is none; of the others an API server takes it for what is not there. */
export const NEVER_EMPTY: ReadonlySet<string> = new Set([
  'batch/v1.JobSpec.completionMode',
  'batch/v1.JobSpec.podReplacementPolicy',
  'networking/v1.NetworkPolicyPort.protocol',
  'policy/v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy',
  'scheduling/v1.PriorityClass.preemptionPolicy',
  'storage/v1.StorageClass.reclaimPolicy',
  'storage/v1.StorageClass.volumeBindingMode',
  'v1.PersistentVolumeClaimSpec.volumeMode',
  'v1.PodSecurityContext.fsGroupChangePolicy',
  'v1.PodSecurityContext.supplementalGroupsPolicy',
  'v1.PodSpec.preemptionPolicy',
  'v1.ServiceSpec.internalTrafficPolicy',
  'v1.ServiceSpec.ipFamilyPolicy',
  'v1.TopologySpreadConstraint.nodeAffinityPolicy',
  'v1.TopologySpreadConstraint.nodeTaintsPolicy',
  'v1.VolumeMount.mountPropagation',
]);

/** Fields that its schema calls needed, and that an API server does without. */
export const DEFAULTED: ReadonlySet<string> = new Set([
  'v1.SleepAction.seconds',
  'v1.HTTPHeader.value',
  'v1.LimitRangeSpec.limits',
  'v1.Sysctl.value',
  'storage/v1.CSIDriver.spec',
  'batch/v1.PodFailurePolicy.rules',
]);
