/** What Kubernetes deprecates, and still accepts. The API server warns of most of it. */
export interface Deprecation {
  /** The minor version that deprecates it. */
  readonly since: number;
  readonly fix: string;
}

const removedDriver: Deprecation = { since: 0, fix: 'Kubernetes no longer has this volume driver. Use a CSI driver.' };
const csiDriver: Deprecation = { since: 0, fix: 'Use the CSI driver of the storage.' };

const VOLUMES: Readonly<Record<string, Deprecation>> = {
  awsElasticBlockStore: csiDriver,
  azureDisk: csiDriver,
  azureFile: csiDriver,
  cinder: csiDriver,
  gcePersistentDisk: csiDriver,
  portworxVolume: csiDriver,
  vsphereVolume: csiDriver,
  flexVolume: csiDriver,
  cephfs: removedDriver,
  flocker: removedDriver,
  glusterfs: removedDriver,
  photonPersistentDisk: removedDriver,
  quobyte: removedDriver,
  rbd: removedDriver,
  scaleIO: removedDriver,
  storageos: removedDriver,
};

const under = (prefix: string, entries: Readonly<Record<string, Deprecation>>) =>
  Object.fromEntries(Object.entries(entries).map(([name, deprecation]) => [`${prefix}${name}`, deprecation]));

/** Labels of nodes. */
const NODE_LABELS: Readonly<Record<string, Deprecation>> = {
  'beta.kubernetes.io/arch': { since: 14, fix: 'Write kubernetes.io/arch.' },
  'beta.kubernetes.io/os': { since: 14, fix: 'Write kubernetes.io/os.' },
  'beta.kubernetes.io/instance-type': { since: 17, fix: 'Write node.kubernetes.io/instance-type.' },
  'failure-domain.beta.kubernetes.io/region': { since: 17, fix: 'Write topology.kubernetes.io/region.' },
  'failure-domain.beta.kubernetes.io/zone': { since: 17, fix: 'Write topology.kubernetes.io/zone.' },
};

/** By type and field; by type, field and value; or by type, field and key of a map. */
export const DEPRECATED_FIELDS: Readonly<Record<string, Deprecation>> = {
  ...under('v1.Volume.', VOLUMES),
  ...under('v1.PersistentVolumeSpec.', VOLUMES),
  ...under('v1.PodSpec.nodeSelector=', NODE_LABELS),
  ...under('v1.NodeSelectorRequirement.key=', NODE_LABELS),
  ...under('v1.TopologySpreadConstraint.topologyKey=', NODE_LABELS),
  ...under('v1.PodAffinityTerm.topologyKey=', NODE_LABELS),
  'v1.Volume.gitRepo': { since: 0, fix: 'Clone the repository in an init container, into an emptyDir.' },
  'v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy=Recycle': {
    since: 0,
    fix: 'Write Delete or Retain, and let a storage class provide the volumes.',
  },
  'v1.PodSpec.serviceAccount': { since: 0, fix: 'Write serviceAccountName.' },
  'v1.LifecycleHandler.tcpSocket': { since: 0, fix: 'Kubernetes ignores it. Use exec, httpGet or sleep.' },
  'v1.ServiceSpec.loadBalancerIP': { since: 24, fix: 'Use the annotation of the cloud for the address.' },
  'v1.ServiceSpec.externalIPs': { since: 36, fix: 'Use a Service of type LoadBalancer, or a Gateway.' },
  'v1.ServiceSpec.trafficDistribution=PreferClose': { since: 35, fix: 'Write PreferSameZone.' },
  'v1.NodeSpec.externalID': { since: 0, fix: 'Remove it: Kubernetes ignores it.' },
};

export const DEPRECATED_KINDS: Readonly<Record<string, Deprecation>> = {
  'v1 Endpoints': { since: 33, fix: 'Write an EndpointSlice of discovery.k8s.io/v1.' },
};

export interface DeprecatedAnnotation extends Deprecation {
  /** The kind of the object. Without it: objects and pod templates of any kind. */
  readonly kind?: string;
  /** A key that ends with a slash is a prefix. */
  readonly key: string;
}

export const DEPRECATED_ANNOTATIONS: readonly DeprecatedAnnotation[] = [
  { kind: 'Ingress', key: 'kubernetes.io/ingress.class', since: 18, fix: 'Write spec.ingressClassName.' },
  {
    kind: 'Service',
    key: 'service.kubernetes.io/topology-aware-hints',
    since: 27,
    fix: 'Write spec.trafficDistribution.',
  },
  {
    kind: 'ServiceAccount',
    key: 'kubernetes.io/enforce-mountable-secrets',
    since: 32,
    fix: 'Put the Secrets that others must not mount into a separate namespace.',
  },
  {
    kind: 'PersistentVolumeClaim',
    key: 'volume.beta.kubernetes.io/storage-class',
    since: 8,
    fix: 'Write spec.storageClassName.',
  },
  {
    kind: 'PersistentVolume',
    key: 'volume.beta.kubernetes.io/storage-class',
    since: 8,
    fix: 'Write spec.storageClassName.',
  },
  {
    key: 'seccomp.security.alpha.kubernetes.io/pod',
    since: 19,
    fix: 'Write securityContext.seccompProfile: Kubernetes ignores the annotation.',
  },
  {
    key: 'container.seccomp.security.alpha.kubernetes.io/',
    since: 19,
    fix: 'Write securityContext.seccompProfile: Kubernetes ignores the annotation.',
  },
  {
    key: 'container.apparmor.security.beta.kubernetes.io/',
    since: 30,
    fix: 'Write securityContext.appArmorProfile.',
  },
];
