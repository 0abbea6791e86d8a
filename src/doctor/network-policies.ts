import type { V1DaemonSet } from '@kubernetes/client-node';
import type { ChartNeeds } from './charts';
import type { Finding } from './finding';
import { nodesOf } from './nodes';
import { inCluster, type ClusterReader } from './reader';

/** A network plugin, and whether it enforces NetworkPolicies. */
interface Plugin {
  readonly name: string;
  /** The names of its DaemonSets. */
  readonly daemonSets: RegExp;
  /** Undefined if this plugin does not show it. */
  readonly enforces: (daemonSet: V1DaemonSet) => boolean | undefined;
  /** How to turn it on, if it does not enforce them. */
  readonly fix?: string;
}

const always = () => true;
const INSTALL =
  'Install a network plugin that enforces NetworkPolicies, such as Calico, Cilium or kube-network-policies.';
/** The first kindnet that enforces NetworkPolicies. It came with kind v0.24. */
const FIRST_KINDNET = 20_240_813;

const PLUGINS: readonly Plugin[] = [
  { name: 'Calico', daemonSets: /^(?:calico-node|canal)$/, enforces: always },
  { name: 'Cilium', daemonSets: /^cilium$/, enforces: always },
  { name: 'GKE Dataplane V2', daemonSets: /^anetd$/, enforces: always },
  { name: 'Antrea', daemonSets: /^antrea-agent$/, enforces: always },
  { name: 'Weave Net', daemonSets: /^weave-net$/, enforces: always },
  { name: 'kube-router', daemonSets: /^kube-router$/, enforces: always },
  { name: 'kube-network-policies', daemonSets: /^kube-network-policies/, enforces: always },
  { name: 'OVN-Kubernetes', daemonSets: /^ovnkube-node/, enforces: always },
  { name: 'Azure Network Policy Manager', daemonSets: /^azure-npm$/, enforces: always },
  {
    name: 'kindnet',
    daemonSets: /^kindnet$/,
    enforces(daemonSet) {
      const [, date] =
        imagesIn(daemonSet)
          .map((image) => /:v(\d{8})-/.exec(image))
          .find(Boolean) ?? [];
      return date === undefined ? undefined : Number(date) >= FIRST_KINDNET;
    },
    fix: 'Create the cluster again with kind v0.24 or newer.',
  },
  {
    name: 'Amazon VPC CNI',
    daemonSets: /^aws-node$/,
    enforces(daemonSet) {
      const [, value] =
        argsIn(daemonSet)
          .map((arg) => /^--enable-network-policy=(\w+)$/.exec(arg))
          .find(Boolean) ?? [];
      return value === undefined ? undefined : value === 'true';
    },
    fix: 'Set enableNetworkPolicy to true in the configuration of the add-on vpc-cni.',
  },
  { name: 'Flannel', daemonSets: /^kube-flannel/, enforces: () => false },
];

/** Whether something enforces NetworkPolicies. No API shows it, so known network plugins are signs of it. */
export function networkPoliciesFinding(cluster: ClusterReader, charts: ChartNeeds | undefined): Promise<Finding> {
  const base = { name: 'network-policies', why: 'let only the declared calls through' };
  return inCluster(base, async () => {
    if (charts && !charts.requirements.some(({ kind }) => kind === 'network-policies'))
      return { state: 'ok', found: 'the charts have no NetworkPolicies' };
    const daemonSets = await cluster.list<V1DaemonSet>('/apis/apps/v1/daemonsets');
    const seen = PLUGINS.flatMap((plugin) =>
      daemonSets
        .filter(({ metadata }) => plugin.daemonSets.test(metadata?.name ?? ''))
        .map((daemonSet) => ({ plugin, daemonSet, enforces: plugin.enforces(daemonSet) })),
    );
    const enforcing = seen.find(({ enforces }) => enforces);
    if (enforcing) {
      const { name } = enforcing.plugin;
      const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = enforcing.daemonSet.status ?? {};
      const { name: daemonSet = '', namespace = '' } = enforcing.daemonSet.metadata ?? {};
      return wanted > 0 && ready === 0
        ? {
            state: 'warning',
            found: `${name} has no ready pod`,
            fix: `Look for the reason: kubectl -n ${namespace} describe daemonset ${daemonSet}.`,
          }
        : { state: 'ok', found: `probably enforced by ${name}` };
    }
    const nodes = await nodesOf(cluster).catch(() => []);
    // k3s enforces them in its own process.
    if (nodes.some(({ status }) => status?.nodeInfo?.kubeletVersion?.includes('+k3s')))
      return { state: 'ok', found: 'probably enforced by k3s' };
    const [first] = seen;
    if (first?.enforces === false)
      return {
        state: 'warning',
        found: `probably not enforced: ${first.plugin.name} ignores them${first.plugin.fix ? ' in this version or configuration' : ''}`,
        fix: first.plugin.fix ?? INSTALL,
      };
    return {
      state: 'warning',
      found: `unknown${first ? `: the DaemonSet of ${first.plugin.name} does not show it` : ': no known network plugin'}`,
      fix: `${INSTALL} If your plugin does so, ignore this warning.`,
    };
  });
}

function imagesIn({ spec }: V1DaemonSet): string[] {
  return spec?.template.spec?.containers.map(({ image = '' }) => image) ?? [];
}

function argsIn({ spec }: V1DaemonSet): string[] {
  return spec?.template.spec?.containers.flatMap(({ args = [], command = [] }) => [...command, ...args]) ?? [];
}
