import { own } from '../../../basics/own';
import { CAPABILITIES } from '../../../k8s/pod-security';
import { entriesOf, isTrue, itemsOf, nodeAt, textOf, type ComposeNode } from '../../load/node';
import type { ImportReport, KeyVerdict } from '../../load/report';
import type { ImportContext } from '../context';
import type { Member } from '../member';
import { reportAliases } from '../network/report-aliases';
import { capabilityName } from '../program/confinement';

type Verdict = readonly [verdict: KeyVerdict, why?: string];
type KeyRule = (node: ComposeNode) => Verdict;
type KeyRules = Readonly<Record<string, KeyRule>>;

export const EXTENSION = 'Compose also ignores extensions.';
export const NETWORKS = 'Network policies take over: they allow each call of the chart and deny everything else.';
export const MODELS = 'Declare the server of the model as a microservice or as an External, and call it.';
const RESTRICTED = 'Pod Security "restricted" forbids it.';
const CPU = 'Kubernetes has no such setting. Use the CPU request, resources.cpu.';
const LABELS = 'Nothing in the cluster reads it.';
const DNS = 'Pods use the DNS of the cluster.';
const DEVELOPMENT = 'It is for development with Docker.';
const NODE = 'The configuration of the nodes decides this.';
const BUILDER = 'The configuration of Docker decides this.';
const FIXED_TAG = 'Each image has a fixed tag, so a node pulls it once.';
const RESTART = 'The kubelet always restarts a container that ends.';
const BUILD_CACHE = 'Docker uses its build cache.';

const refused = (why: string) => (): Verdict => ['refused', why];
const lost = (why: string) => (): Verdict => ['lost', why];
const approximated = (why: string) => (): Verdict => ['approximated', why];
/** The same rule for several keys. */
const keys = (names: string, rule: KeyRule): KeyRules =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]));
/** Converted for the values that every pod has anyway. */
const convertedIf =
  (test: (node: ComposeNode) => boolean, why: string) =>
  (node: ComposeNode): Verdict =>
    test(node) ? ['converted', why] : ['refused', RESTRICTED];

/** Keys of a service whose result depends only on their value. */
const SERVICE_KEYS: KeyRules = {
  ...keys('annotations labels label_file', approximated(LABELS)),
  // Names of the cluster and of the internet resolve without these keys. A short name can need the search list.
  ...keys('domainname dns dns_opt', lost(DNS)),
  dns_search: refused(DNS),
  ...keys('tty stdin_open develop', approximated(DEVELOPMENT)),
  ...keys('pull_policy pull_refresh_after', approximated(FIXED_TAG)),
  // A program does not see its cgroup, the mapping of its users, the kind of its isolation or its address.
  ...keys('cgroup_parent userns_mode uts isolation mac_address', lost(RESTRICTED)),
  ...keys('credential_spec devices device_cgroup_rules use_api_socket', refused(RESTRICTED)),
  // They only limit the program. A program that locks memory at its start fails without that limit.
  ...keys('pids_limit storage_opt blkio_config', lost(NODE)),
  ulimits: (node) => [nodeAt(node, 'memlock') ? 'refused' : 'lost', NODE],
  runtime: (node) => [textOf(node) === 'runc' ? 'lost' : 'refused', NODE],
  ...keys('cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpuset', lost(CPU)),
  attach: approximated('kubectl logs shows the output.'),
  logging: approximated('The cluster collects the output. Read it with kubectl logs.'),
  container_name: approximated('Pods have generated names. Other services use the name of the Service.'),
  networks: approximated(NETWORKS),
  network_mode: (node) =>
    ['bridge', 'default'].includes(textOf(node) ?? '')
      ? ['converted', 'Each pod has its own network.']
      : ['refused', 'Each pod has its own network. Call other services by name.'],
  links: approximated('Services are called by the names of their Services.'),
  external_links: refused('Call what runs outside of the chart as an ExistingService or an External.'),
  restart: (node) => [
    ['always', 'unless-stopped'].includes(textOf(node) ?? '') ? 'converted' : 'approximated',
    RESTART,
  ],
  init: approximated(
    'The program is process 1 of its container. If it starts other processes, add an init such as tini to the image.',
  ),
  platform: approximated('Build the image for the platform of the nodes.'),
  read_only: (node) =>
    isTrue(node)
      ? ['converted', 'The root file system of the pod is read-only.']
      : ['approximated', 'The root file system is writable only if the image needs that. See exceptions in the chart.'],
  privileged: convertedIf((node) => !isTrue(node), 'No pod is privileged.'),
  cap_drop: () => ['converted', 'Containers have only the capabilities of their exceptions.'],
  cap_add: (node) => {
    const names = itemsOf(node).map((item) => capabilityName(textOf(item) ?? ''));
    if (names.every((name) => name === 'NET_BIND_SERVICE'))
      return ['converted', 'Every program can listen on ports below 1024 in its pod.'];
    return names.every((name) => CAPABILITIES.has(name))
      ? ['approximated', 'The chart has an exception for each, and the namespace allows it.']
      : ['refused', 'Name each capability.'];
  },
  security_opt: (node) =>
    itemsOf(node).every((item) => /^no-new-privileges([:=]true)?$/.test(textOf(item) ?? ''))
      ? ['converted', 'No container can gain privileges.']
      : ['refused', RESTRICTED],
  ipc: convertedIf((node) => ['private', 'shareable'].includes(textOf(node) ?? ''), 'Each pod has its own.'),
  pid: convertedIf((node) => textOf(node) === undefined, 'Each pod has its own.'),
  cgroup: convertedIf((node) => textOf(node) === 'private', 'Each pod has its own.'),
  // They tune the network. A program that changes the network also asks for a capability, which is refused.
  sysctls: lost('The administrator of the cluster decides which kernel parameters pods can set.'),
  gpus: refused("Add them to the chart: resources: { extended: { 'nvidia.com/gpu': 1 } }."),
  mem_swappiness: lost('Pods have no swap.'),
  memswap_limit: approximated('Pods have no swap.'),
  oom_kill_disable: lost('The kernel ends a container that uses more memory than its limit.'),
  oom_score_adj: lost('Kubernetes sets it from requests and limits.'),
  stop_signal: (node) =>
    textOf(node) === 'SIGTERM' ? ['converted'] : ['lost', 'Set STOPSIGNAL in the Dockerfile of the image.'],
  post_start: refused('Add the command to the chart as lifecycle.postStart.'),
  pre_stop: lost('Add the command to the chart as lifecycle.preStop. It replaces the pause before shutdown.'),
  provider: refused('Call what another program creates as an ExistingService or an External.'),
  models: refused(MODELS),
  volumes_from: refused('List the volumes themselves. Each microservice mounts its own.'),
};

/** Keys of `deploy` whose result depends only on their value. */
const DEPLOY_KEYS: KeyRules = {
  endpoint_mode: approximated('A Service distributes calls over the replicas.'),
  labels: approximated(LABELS),
  mode: (node) =>
    textOf(node) === 'replicated'
      ? ['converted']
      : ['lost', 'One pod on each node needs a DaemonSet, which a microservice is not.'],
  placement: lost('The scheduler spreads the replicas over the nodes.'),
  restart_policy: approximated(RESTART),
  rollback_config: approximated('A release that does not become ready does not replace the old one.'),
  update_config: approximated('A rollout replaces the pods one by one, each after its new pod is ready.'),
};

/** Keys of `build`, without `context` and `dockerfile`. */
const BUILD_KEYS: KeyRules = {
  // A command of the Dockerfile can need a host of the network.
  ...keys('extra_hosts network', refused(BUILDER)),
  ...keys('isolation shm_size ulimits', lost(BUILDER)),
  ...keys('cache_from cache_to no_cache', approximated(BUILD_CACHE)),
  ...keys('provenance sbom', approximated(BUILDER)),
  target: () => ['converted'],
  additional_contexts: refused('An image is built from one folder.'),
  dockerfile_inline: refused('Write it to a Dockerfile in the folder.'),
  ssh: refused('Builds have no SSH keys.'),
  secrets: refused('Builds have no secrets.'),
  entitlements: refused('Builds have no extra privileges.'),
  privileged: refused('Builds have no extra privileges.'),
  platforms: approximated('Images are built for the platform of the machine that builds them.'),
  tags: approximated('The tag of an image is a hash of its sources.'),
  labels: approximated(LABELS),
  pull: approximated('Docker pulls missing images.'),
};

/** Reports the keys that mean the same for microservices and databases. */
export function reportServiceKeys(context: ImportContext, member: Member): void {
  const { report } = context;
  const { node } = member;
  reportAliases(context, member);
  for (const [key, value] of node.entries) {
    const verdict = own(SERVICE_KEYS, key)?.(value);
    // The gateways report some of the labels.
    if (verdict && key === 'labels') report.rest(value, ...verdict);
    else record(report, value, verdict);
    if (key.startsWith('x-')) report.rest(value, 'converted', EXTENSION);
  }
  for (const [key, value] of entriesOf(nodeAt(node, 'deploy'))) record(report, value, own(DEPLOY_KEYS, key)?.(value));
}

/** Reports the keys of `build`, without `context` and `dockerfile`. */
export function reportBuildKeys({ report }: ImportContext, build: ComposeNode): void {
  for (const [key, value] of entriesOf(build)) record(report, value, own(BUILD_KEYS, key)?.(value));
}

function record(report: ImportReport, node: ComposeNode, [verdict, why = '']: Verdict | readonly [] = []): void {
  if (verdict) report[verdict](node, why);
}
