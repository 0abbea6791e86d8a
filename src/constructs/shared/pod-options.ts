import type { V1Affinity, V1PodSpec, V1Toleration, V1TopologySpreadConstraint } from '@kubernetes/client-node';
import { LABELS } from '../../k8s/keys';
import { row, type ProblemRow } from '../../problems/problem';
import type { OptionNames } from '../../problems/unknown-options';
import { show } from '../../basics/text';

/** Labels and annotations of the pods, and where and how Kubernetes runs them. */
export interface PodOptions {
  /**
   * Labels of the pods, besides those that select them.
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Annotations of the pods.
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * Labels that a node must have to run the pods, such as `{ 'kubernetes.io/arch': 'arm64' }`.
   * @default - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * Rules about nodes and about other pods on them.
   * @default - none
   */
  readonly affinity?: V1Affinity;
  /**
   * Taints of nodes that the pods tolerate, besides a failed node for 20 seconds.
   * @default - none
   */
  readonly tolerations?: readonly V1Toleration[];
  /**
   * How the pods are spread. It replaces the default, which is a wish: with a strict rule, the replicas of a failed node
   * could not start on the others.
   * @default - over the nodes, if possible
   */
  readonly topologySpread?: readonly V1TopologySpreadConstraint[];
  /**
   * The name of a PriorityClass. Pods of a higher priority get space first, and may evict others.
   * @default - the default priority of the cluster
   */
  readonly priorityClass?: string;
  /**
   * The name of a RuntimeClass, such as that of gVisor.
   * @default - the default runtime of the node
   */
  readonly runtimeClass?: string;
  /**
   * The host name that the programs see. Other pods do not resolve it.
   * @default - the name of the pod
   */
  readonly hostname?: string;
  /**
   * Lines of `/etc/hosts`: names by address, such as `{ '10.1.2.3': ['legacy.example.com'] }`.
   * @default - none
   */
  readonly hostAliases?: Readonly<Record<string, readonly string[]>>;
  /**
   * How the pods resolve names.
   * @default - by the DNS of the cluster
   */
  readonly dns?: DnsOptions;
  /**
   * Secrets for the login to registries, of type `kubernetes.io/dockerconfigjson`.
   * @default - the `pullSecret` of the environment
   */
  readonly imagePullSecrets?: readonly string[];
  /**
   * Further groups of the program, for instance those that own files on a shared volume.
   * @default - none
   */
  readonly supplementalGroups?: readonly number[];
  /**
   * The group that owns the files of volumes.
   * @default - the `user` of the program
   */
  readonly fsGroup?: number;
  /**
   * Whether the users of the pods are those of the node. With `false` they have a user namespace of their own, so that
   * even a program that leaves its container has no rights on the node. The nodes must support it.
   * @default - true, the default of Kubernetes
   */
  readonly hostUsers?: boolean;
}

/** How pods resolve names. */
export interface DnsOptions {
  /**
   * Where the settings come from. With `'None'` only the settings here count, and names of Services are unknown without
   * a nameserver of the cluster.
   * @default - 'ClusterFirst', the default of Kubernetes
   */
  readonly policy?: 'ClusterFirst' | 'Default' | 'None';
  /**
   * Addresses of further nameservers. The policy of the pods allows them.
   * @default - none
   */
  readonly nameservers?: readonly string[];
  /**
   * Further domains in which short names are searched.
   * @default - none
   */
  readonly searches?: readonly string[];
  /**
   * Options of the resolver, such as `{ ndots: '2' }`.
   * @default - none
   */
  readonly options?: Readonly<Record<string, string>>;
}

/** The names of the options. */
export const POD_OPTIONS: OptionNames<PodOptions> = {
  labels: true,
  annotations: true,
  nodeSelector: true,
  affinity: 'opaque',
  tolerations: 'opaque',
  topologySpread: 'opaque',
  priorityClass: true,
  runtimeClass: true,
  hostname: true,
  hostAliases: 'opaque',
  dns: { policy: true, nameservers: true, searches: true, options: true },
  imagePullSecrets: true,
  supplementalGroups: true,
  fsGroup: true,
  hostUsers: true,
};

/** The spec of a pod with the options. */
export function withPodOptions(spec: V1PodSpec, pod: PodOptions, pullSecret: string | undefined): V1PodSpec {
  const { nodeSelector, affinity, tolerations, topologySpread, hostAliases, dns, supplementalGroups, fsGroup } = pod;
  const { priorityClass, runtimeClass, imagePullSecrets, hostUsers, hostname } = pod;
  // A list in the pod replaces that of the ServiceAccount, which contains the Secret of the environment.
  const pullSecrets = imagePullSecrets && [...new Set([...(pullSecret ? [pullSecret] : []), ...imagePullSecrets])];
  return {
    ...spec,
    ...(nodeSelector && { nodeSelector }),
    ...(affinity && { affinity }),
    ...(tolerations && { tolerations: [...(spec.tolerations ?? []), ...tolerations] }),
    ...(topologySpread && { topologySpreadConstraints: [...topologySpread] }),
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
    ...(runtimeClass !== undefined && { runtimeClassName: runtimeClass }),
    ...(hostname !== undefined && { hostname }),
    ...(hostAliases && {
      hostAliases: Object.entries(hostAliases).map(([ip, hostnames]) => ({ ip, hostnames: [...hostnames] })),
    }),
    ...(dns && dnsOf(dns)),
    ...(pullSecrets && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    ...(hostUsers === false && { hostUsers }),
    ...((supplementalGroups || fsGroup !== undefined) && {
      securityContext: {
        ...spec.securityContext,
        ...(fsGroup !== undefined && { fsGroup }),
        ...(supplementalGroups && { supplementalGroups: [...supplementalGroups] }),
      },
    }),
  };
}

function dnsOf({ policy, nameservers, searches, options }: DnsOptions): Pick<V1PodSpec, 'dnsPolicy' | 'dnsConfig'> {
  const config = {
    ...(nameservers && { nameservers: [...nameservers] }),
    ...(searches && { searches: [...searches] }),
    ...(options && { options: Object.entries(options).map(([name, value]) => ({ name, value })) }),
  };
  return {
    ...(policy !== undefined && { dnsPolicy: policy }),
    ...(Object.keys(config).length > 0 && { dnsConfig: config }),
  };
}

const OWN_LABELS: ReadonlySet<string> = new Set([LABELS.name, LABELS.instance]);

/** The problems of the options that the API server does not report. */
export function* podOptionProblems({ labels }: PodOptions): Generator<ProblemRow> {
  for (const [label, value] of Object.entries(labels ?? {})) {
    if (!OWN_LABELS.has(label)) continue;
    yield row('construct-invalid', {
      message: 'This label selects the pods, so it cannot have another value.',
      field: `pod.labels['${label}']`,
      expected: 'a label of your own',
      got: show(value),
      fix: 'Remove it, or choose a key of your own domain, such as example.com/team.',
    });
  }
}
