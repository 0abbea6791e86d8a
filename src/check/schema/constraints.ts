import * as is from './formats';

type Fields = Readonly<Record<string, is.Format>>;

const LABELLED: Fields = { name: is.dnsLabel };
const CONTAINER: Fields = { name: is.dnsLabel, image: is.imageName };
const POD_SPEC: Fields = {
  activeDeadlineSeconds: is.positive, hostname: is.maybe(is.dnsLabel), subdomain: is.maybe(is.dnsLabel), nodeName: is.maybe(is.dnsSubdomain), serviceAccountName: is.maybe(is.dnsSubdomain), nodeSelector: is.labelValue, terminationGracePeriodSeconds: is.natural,
  priorityClassName: is.maybe(is.dnsSubdomain),
};
const MODES: Fields = { defaultMode: is.fileMode };

/** What the values of a field may be, of lists and maps each value; the schema itself knows types and enumerations only. */
export const FORMATS: Readonly<Record<string, Fields>> = {
  'meta/v1.ObjectMeta': { labels: is.labelValue, namespace: is.dnsLabel },
  'meta/v1.LabelSelector': { matchLabels: is.labelValue },
  'meta/v1.LabelSelectorRequirement': { key: is.qualifiedName, values: is.labelValue },
  'v1.NodeSelectorRequirement': { key: is.qualifiedName },
  'v1.Toleration': { key: is.maybe(is.qualifiedName), value: is.labelValue },
  'v1.TopologySpreadConstraint': { topologyKey: is.notEmpty, maxSkew: is.positive, minDomains: is.positive },
  'v1.PodAffinityTerm': { topologyKey: is.qualifiedName },
  'v1.WeightedPodAffinityTerm': { weight: is.weight },
  'v1.PreferredSchedulingTerm': { weight: is.weight },
  'v1.Container': { ...CONTAINER, restartPolicy: is.oneOf('Always', 'Never', 'OnFailure') },
  'v1.EphemeralContainer': CONTAINER,
  'v1.ContainerPort': { containerPort: is.port, hostPort: is.maybe(is.port), name: is.maybe(is.portName), hostIP: is.maybe(is.ip) },
  'v1.EnvVar': { name: is.variable },
  'v1.VolumeMount': { mountPath: is.mountPath, name: is.notEmpty, subPath: is.innerPath },
  'v1.VolumeDevice': { devicePath: is.notEmpty, name: is.notEmpty },
  'v1.Volume': LABELLED,
  'v1.KeyToPath': { key: is.notEmpty, path: is.innerFile, mode: is.fileMode },
  'v1.ConfigMapVolumeSource': MODES,
  'v1.SecretVolumeSource': MODES,
  'v1.ProjectedVolumeSource': MODES,
  'v1.DownwardAPIVolumeSource': MODES,
  'v1.HostPathVolumeSource': { path: is.notEmpty },
  'v1.PersistentVolumeClaimVolumeSource': { claimName: is.notEmpty },
  'v1.Probe': { failureThreshold: is.natural, initialDelaySeconds: is.natural, periodSeconds: is.natural, successThreshold: is.natural, timeoutSeconds: is.natural, terminationGracePeriodSeconds: is.positive },
  'v1.HTTPGetAction': { port: is.portOrName },
  'v1.TCPSocketAction': { port: is.portOrName },
  'v1.GRPCAction': { port: is.port },
  'v1.HTTPHeader': { name: is.headerName },
  'v1.SleepAction': { seconds: is.natural },
  'v1.PodSpec': POD_SPEC,
  'v1.ConfigMapKeySelector': { name: is.dnsSubdomain, key: is.configKey },
  'v1.SecretKeySelector': { name: is.dnsSubdomain, key: is.configKey },
  'v1.ConfigMapEnvSource': { name: is.dnsSubdomain },
  'v1.SecretEnvSource': { name: is.dnsSubdomain },
  'v1.EnvFromSource': { prefix: is.maybe(is.variable) },
  'v1.ObjectFieldSelector': { fieldPath: is.podField },
  'v1.ResourceFieldSelector': { resource: is.containerResource },
  'v1.EmptyDirVolumeSource': { sizeLimit: is.amount },
  'v1.DownwardAPIVolumeFile': { path: is.innerFile, mode: is.fileMode },
  'v1.ServiceAccountTokenProjection': { path: is.innerFile, expirationSeconds: is.atLeast(600) },
  'v1.PodDNSConfigOption': { name: is.notEmpty },
  'v1.ClientIPConfig': { timeoutSeconds: is.between(1, 86400) },
  'v1.PersistentVolumeSpec': { storageClassName: is.maybe(is.dnsSubdomain), capacity: is.amount },
  'v1.ResourceQuotaSpec': { hard: is.amount },
  'v1.LimitRangeItem': { type: is.qualifiedName },
  'apps/v1.StatefulSetPersistentVolumeClaimRetentionPolicy': { whenDeleted: is.maybe(is.oneOf('Retain', 'Delete')), whenScaled: is.maybe(is.oneOf('Retain', 'Delete')) },
  'storage/v1.StorageClass': { provisioner: (value: string) => is.annotationKey(value) },
  'v1.HostAlias': { ip: is.ip, hostnames: is.dnsSubdomain },
  'v1.PodSecurityContext': { runAsUser: is.userId, runAsGroup: is.userId, fsGroup: is.userId, supplementalGroups: is.userId },
  'v1.SecurityContext': { runAsUser: is.userId, runAsGroup: is.userId },
  'v1.PodDNSConfig': { nameservers: is.ip, searches: is.searchDomain },
  'v1.ResourceRequirements': { limits: is.amount, requests: is.amount },
  'v1.VolumeResourceRequirements': { limits: is.amount, requests: is.amount },
  'v1.ServiceSpec': { clusterIP: is.clusterIp, externalIPs: is.ip, loadBalancerSourceRanges: is.cidr, selector: is.labelValue, externalName: is.dnsSubdomain },
  'v1.ServicePort': { port: is.port, targetPort: is.maybe(is.portOrName), name: is.maybe(is.dnsLabel), nodePort: is.natural },
  'v1.PersistentVolumeClaimSpec': { storageClassName: is.maybe(is.dnsSubdomain) },
  'apps/v1.DeploymentSpec': { replicas: is.natural, minReadySeconds: is.natural, revisionHistoryLimit: is.natural, progressDeadlineSeconds: is.natural },
  'apps/v1.StatefulSetSpec': { replicas: is.natural, minReadySeconds: is.natural, revisionHistoryLimit: is.natural, serviceName: is.maybe(is.dnsLabel) },
  'apps/v1.DaemonSetSpec': { minReadySeconds: is.natural, revisionHistoryLimit: is.natural },
  'apps/v1.ReplicaSetSpec': { replicas: is.natural, minReadySeconds: is.natural },
  'v1.ReplicationControllerSpec': { replicas: is.natural, selector: is.labelValue },
  'apps/v1.RollingUpdateDeployment': { maxSurge: is.share, maxUnavailable: is.shareToHundred },
  'apps/v1.RollingUpdateDaemonSet': { maxSurge: is.shareToHundred, maxUnavailable: is.shareToHundred },
  'apps/v1.RollingUpdateStatefulSetStrategy': { partition: is.natural, maxUnavailable: is.shareToHundred },
  'batch/v1.JobSpec': { activeDeadlineSeconds: is.natural, backoffLimit: is.natural, completions: is.natural, parallelism: is.natural, ttlSecondsAfterFinished: is.natural },
  'batch/v1.CronJobSpec': { schedule: is.cron, timeZone: is.timeZone, failedJobsHistoryLimit: is.natural, successfulJobsHistoryLimit: is.natural, startingDeadlineSeconds: is.natural },
  'policy/v1.PodDisruptionBudgetSpec': { minAvailable: is.shareToHundred, maxUnavailable: is.shareToHundred },
  'autoscaling/v2.HorizontalPodAutoscalerSpec': { maxReplicas: is.positive, minReplicas: is.positive },
  'autoscaling/v1.HorizontalPodAutoscalerSpec': { maxReplicas: is.positive, minReplicas: is.positive, targetCPUUtilizationPercentage: is.positive },
  'autoscaling/v2.CrossVersionObjectReference': { kind: is.pathSegment, name: is.pathSegment, apiVersion: is.groupVersion },
  'autoscaling/v1.CrossVersionObjectReference': { kind: is.pathSegment, name: is.pathSegment },
  'autoscaling/v2.MetricIdentifier': { name: is.pathSegment },
  'autoscaling/v2.MetricSpec': { type: is.oneOf('ContainerResource', 'External', 'Object', 'Pods', 'Resource') },
  'autoscaling/v2.MetricTarget': { averageUtilization: is.positive, type: is.oneOf('Utilization', 'Value', 'AverageValue'), averageValue: is.aboveZero, value: is.aboveZero },
  'autoscaling/v2.HPAScalingRules': { stabilizationWindowSeconds: is.between(0, 3600) },
  'autoscaling/v2.HPAScalingPolicy': { type: is.oneOf('Percent', 'Pods'), value: is.positive, periodSeconds: is.between(1, 1800) },
  'networking/v1.IngressSpec': { ingressClassName: is.dnsSubdomain },
  'networking/v1.IngressTLS': { hosts: is.hostname, secretName: is.maybe(is.dnsSubdomain) },
  'networking/v1.IngressRule': { host: is.maybe((value: string) => (is.ip(value) === undefined ? 'a DNS name: no address' : is.hostname(value))) },
  'networking/v1.IngressServiceBackend': { name: is.dnsLabel },
  'networking/v1.ServiceBackendPort': { name: is.portName, number: is.port },
  'networking/v1.IPBlock': { cidr: is.cidr, except: is.cidr },
  'networking/v1.NetworkPolicyPort': { port: is.portOrName, endPort: is.port },
  'rbac/v1.RoleRef': { name: is.pathSegment, kind: is.notEmpty },
  'rbac/v1.Subject': { name: is.notEmpty },
  'scheduling/v1.PriorityClass': { value: is.between(-2_147_483_648, 1_000_000_000) },
};

/** Fields that an API server needs though its schema does not say so. */
export const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'v1.Pod': ['spec'], 'v1.PodTemplateSpec': ['spec'], 'v1.Service': ['spec'], 'v1.PersistentVolume': ['spec'], 'v1.PersistentVolumeClaim': ['spec'],
  'apps/v1.Deployment': ['spec'], 'apps/v1.StatefulSet': ['spec'], 'apps/v1.DaemonSet': ['spec'], 'apps/v1.ReplicaSet': ['spec'], 'v1.ReplicationController': ['spec'],
  'batch/v1.Job': ['spec'], 'batch/v1.CronJob': ['spec'], 'batch/v1.JobTemplateSpec': ['spec'],
  'networking/v1.Ingress': ['spec'], 'autoscaling/v2.HorizontalPodAutoscaler': ['spec'], 'autoscaling/v1.HorizontalPodAutoscaler': ['spec'],
  'v1.ConfigMapEnvSource': ['name'], 'v1.SecretEnvSource': ['name'], 'v1.ConfigMapVolumeSource': ['name'], 'v1.SecretVolumeSource': ['secretName'], 'v1.ConfigMapKeySelector': ['name'], 'v1.SecretKeySelector': ['name'],
  'v1.ConfigMapProjection': ['name'], 'v1.SecretProjection': ['name'],
  'v1.PodDNSConfigOption': ['name'], 'v1.ServiceReference': ['name'],
};

/** Fields that its schema calls needed, and that an API server does without. */
export const DEFAULTED: ReadonlySet<string> = new Set(['v1.SleepAction.seconds', 'v1.HTTPHeader.value', 'v1.LimitRangeSpec.limits']);

/** What the keys of a map may be. */
export const KEY_FORMATS: Readonly<Record<string, Fields>> = {
  'meta/v1.ObjectMeta': { labels: is.qualifiedName, annotations: is.annotationKey },
  'meta/v1.LabelSelector': { matchLabels: is.qualifiedName },
  'v1.PodSpec': { nodeSelector: is.qualifiedName },
  'v1.ServiceSpec': { selector: is.qualifiedName },
  'v1.ConfigMap': { data: is.configKey, binaryData: is.configKey },
  'v1.Secret': { data: is.configKey, stringData: is.configKey },
  'v1.ResourceRequirements': { limits: is.resourceName, requests: is.resourceName },
  'v1.ResourceQuotaSpec': { hard: is.quotaName },
};

/** What the names of objects may be; of any other kind a DNS name. */
export const NAMES: Readonly<Record<string, is.Format>> = {
  'v1 Namespace': is.dnsLabel,
  'v1 Service': is.dnsLabel,
  'apps/v1 StatefulSet': is.dnsLabel,
  'policy/v1 PodDisruptionBudget': is.pathSegment,
  'rbac.authorization.k8s.io/v1 Role': is.pathSegment,
  'rbac.authorization.k8s.io/v1 RoleBinding': is.pathSegment,
  'rbac.authorization.k8s.io/v1 ClusterRole': is.pathSegment,
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': is.pathSegment,
};
