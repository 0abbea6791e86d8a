import type { Status } from '../../load/report';
import { isTrue, itemsOf, textOf, type Node } from '../../load/node';

type Verdict = readonly [status: Status, why?: string];
const RESTRICTED = 'Pods run under Pod Security restricted, which allows no more rights on the node.';
const SCHEDULER = 'The share of the processor is what resources.cpu asks for; there is no finer say.';
const LABELS = 'Nothing in the cluster reads the labels of a container.';
const DNS = 'Names are found by the DNS of the cluster.';
const DEVELOPMENT = 'It is for development with docker.';
const holds =
  (when: (node: Node) => boolean, why: string) =>
  (node: Node): Verdict =>
    when(node) ? ['converted', why] : ['refused', RESTRICTED];
const refused = (why: string) => (): Verdict => ['refused', why];
const approximated = (why: string) => (): Verdict => ['approximated', why];

/** Keys of a service that need no thought of their own: what becomes of each, and why. */
export const PLAIN_KEYS: Readonly<Record<string, (node: Node) => Verdict>> = {
  annotations: approximated(LABELS),
  labels: approximated(LABELS),
  label_file: approximated(LABELS),
  attach: approximated('kubectl logs shows what it writes.'),
  logging: approximated('The cluster keeps what it writes to its output: kubectl logs.'),
  container_name: approximated('Copies have names of their own; others find it by the name of its Service.'),
  hostname: approximated('Others find it by the name of its Service.'),
  domainname: refused(DNS),
  dns: refused(DNS),
  dns_opt: refused(DNS),
  dns_search: refused(DNS),
  extra_hosts: refused('Names come from the DNS of the cluster: call what is outside as new External(host, port).'),
  networks: approximated('In place of networks each call is let through, and nothing else is.'),
  network_mode: (node) =>
    ['bridge', 'default'].includes(textOf(node) ?? '')
      ? ['converted', 'Pods have a network of their own.']
      : ['refused', 'A pod has its own network: call what it shares it with by name.'],
  links: approximated('Others are called by the names of their Services.'),
  external_links: refused('What runs elsewhere is called as an ExistingService or an External.'),
  restart: (node) =>
    ['always', 'unless-stopped'].includes(textOf(node) ?? '')
      ? ['converted', 'The cluster starts again what ends.']
      : ['approximated', 'The cluster starts again whatever ends, however it ended.'],
  init: approximated(
    'The program is process 1 of its container: let the image bring an init, such as tini, if it starts others.',
  ),
  tty: approximated(DEVELOPMENT),
  stdin_open: approximated(DEVELOPMENT),
  develop: approximated(DEVELOPMENT),
  platform: approximated('The nodes have the say: build the image for their platform.'),
  pull_policy: approximated('Images have fixed tags: a node that has one need not ask again.'),
  pull_refresh_after: approximated('Images have fixed tags: a node that has one need not ask again.'),
  read_only: (node) =>
    isTrue(node)
      ? ['converted', 'The root file system of every pod is read-only.']
      : ['approximated', 'The root file system of every pod is read-only: name the folders it writes to in writable.'],
  privileged: holds((node) => !isTrue(node), 'No pod is privileged.'),
  cap_drop: () => ['converted', 'Pods have no capabilities at all.'],
  cap_add: (node) =>
    itemsOf(node).every((item) => /^(CAP_)?NET_BIND_SERVICE$/i.test(textOf(item) ?? ''))
      ? ['converted', 'Any program may listen below 1024 in its pod.']
      : ['refused', RESTRICTED],
  security_opt: (node) =>
    itemsOf(node).every((item) => /^no-new-privileges([:=]true)?$/.test(textOf(item) ?? ''))
      ? ['converted', 'No pod may gain rights.']
      : ['refused', RESTRICTED],
  ipc: holds((node) => ['private', 'shareable'].includes(textOf(node) ?? ''), 'Each pod has its own.'),
  pid: holds((node) => textOf(node) === undefined, 'Each pod has its own.'),
  cgroup: holds((node) => textOf(node) === 'private', 'Each pod has its own.'),
  cgroup_parent: refused(RESTRICTED),
  userns_mode: refused(RESTRICTED),
  uts: refused(RESTRICTED),
  credential_spec: refused(RESTRICTED),
  isolation: refused(RESTRICTED),
  devices: refused(RESTRICTED),
  device_cgroup_rules: refused(RESTRICTED),
  group_add: refused(RESTRICTED),
  mac_address: refused(RESTRICTED),
  use_api_socket: refused(RESTRICTED),
  sysctls: refused('Whoever runs the cluster allows settings of the kernel.'),
  ulimits: refused('The nodes set the limits of processes.'),
  pids_limit: refused('The nodes set the limits of processes.'),
  runtime: refused('The nodes have the say on how containers run.'),
  gpus: refused('A GPU is asked for in the resources of a pod, which a microservice does not name.'),
  storage_opt: refused('The nodes have the say on the disks of containers.'),
  blkio_config: refused('The nodes have the say on the disks of containers.'),
  cpu_count: refused(SCHEDULER),
  cpu_percent: refused(SCHEDULER),
  cpu_period: refused(SCHEDULER),
  cpu_quota: refused(SCHEDULER),
  cpu_rt_period: refused(SCHEDULER),
  cpu_rt_runtime: refused(SCHEDULER),
  cpu_shares: refused(SCHEDULER),
  cpuset: refused(SCHEDULER),
  mem_swappiness: refused('Pods have no swap.'),
  memswap_limit: approximated('Pods have no swap.'),
  oom_kill_disable: refused('What uses more memory than its limit is ended.'),
  oom_score_adj: refused('The cluster decides by requests and limits.'),
  stop_signal: (node) =>
    textOf(node) === 'SIGTERM' ? ['converted'] : ['refused', 'The image says it: STOPSIGNAL in its Dockerfile.'],
  post_start: refused('Let the program do it at its start.'),
  pre_stop: refused('Let the program do it when it is told to end.'),
  provider: refused('What another program makes is called as an ExistingService or an External.'),
  models: refused('A model is called as what serves it: an External, or a microservice.'),
  volumes_from: refused('Name the volumes themselves: each microservice mounts what it uses.'),
};

/** Keys of `deploy` that need no thought of their own. */
export const PLAIN_DEPLOY: Readonly<Record<string, (node: Node) => Verdict>> = {
  endpoint_mode: approximated('A Service spreads calls over the copies.'),
  labels: approximated(LABELS),
  mode: (node) =>
    textOf(node) === 'replicated'
      ? ['converted']
      : ['refused', 'A copy on each node is a DaemonSet, and no microservice.'],
  placement: refused('The cluster spreads the copies over its nodes.'),
  restart_policy: approximated('The cluster starts again whatever ends, however it ended.'),
  rollback_config: approximated('A release that does not get ready replaces nothing.'),
  update_config: approximated('Copies are replaced one by one, and never before the next one is ready.'),
};

/** Keys of `build` that change nothing in the image, or need no thought. */
export const PLAIN_BUILD: Readonly<Record<string, (node: Node) => Verdict>> = {
  args: refused(
    'Write them as defaults into the Dockerfile (ARG NAME=value): the tag of the image is a hash of its sources.',
  ),
  target: refused(
    'Images are built to the last stage of their Dockerfile: put it there, or write a Dockerfile for it.',
  ),
  additional_contexts: refused('An image is built from one folder.'),
  dockerfile_inline: refused('Write it into a Dockerfile in that folder.'),
  ssh: refused('No key reaches the building of an image.'),
  secrets: refused('No secret reaches the building of an image.'),
  entitlements: refused('Images are built without further rights.'),
  privileged: refused('Images are built without further rights.'),
  extra_hosts: refused('Images are built with the names that docker finds.'),
  network: refused('Images are built in the network that docker gives.'),
  isolation: refused('Docker has the say on it.'),
  shm_size: refused('Docker has the say on it.'),
  ulimits: refused('Docker has the say on it.'),
  platforms: approximated('Images are built for the platform of the machine that builds them.'),
  tags: approximated('Images are tagged by a hash of their sources.'),
  labels: approximated(LABELS),
  cache_from: approximated('Docker keeps what it built.'),
  cache_to: approximated('Docker keeps what it built.'),
  no_cache: approximated('Docker keeps what it built.'),
  pull: approximated('Docker pulls what it does not have.'),
  provenance: approximated('Docker has the say on it.'),
  sbom: approximated('Docker has the say on it.'),
};
