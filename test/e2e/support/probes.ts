import type { Context } from '../context';
import { NAMESPACE } from './blog';
import { must } from './command';
import type { Graph } from './graph';
import { calledBy } from './graph';
import { nameOf, type Kubectl, type KubeObject, type Pod } from './kubectl';
import { OWN_NAMESPACE, ownPod } from './publisher';
import { until } from './until';

/** The kinds of sources other than the microservices and Postgres. */
export const GATEWAY = 'gateway';
export const STRANGER = 'stranger';
/** The namespace of the controller, which the chart of the blog names. */
export const GATEWAY_NAMESPACE = 'traefik';
export const ELSEWHERE = 'another namespace';
export const JOB = 'postgres-password';

/** A target of a connection. */
export interface Target {
  readonly kind: string;
  readonly name: string;
  /** The pod that listens, if it is one of the blog. */
  readonly pod?: string;
  readonly host: string;
  readonly port: number;
}

/** A pod that tries to connect to targets. */
export interface Source {
  readonly kind: string;
  readonly name: string;
  connect(kubectl: Kubectl, targets: readonly Target[]): Promise<boolean[]>;
}

/** The kind of the target for events, and of the target for health checks and metrics. */
const eventsOf = (kind: string) => `${kind} events`;
const healthOf = (kind: string) => `${kind} health`;

/**
 * The expected connections: the edges of the graph, DNS for the whole blog, and the API server for the password Job. The
 * calls of the bus to its subscribers go to their ports for events. Only the kubelet reaches the ports for health checks.
 */
export function expectedFrom(graph: Graph): (from: string, to: string) => boolean {
  const bus = calledBy(graph, 'event-bus', 'microservice');
  return (from, to) => {
    if (from === STRANGER) return false;
    if (to === 'dns') return true;
    const unlimited = from === GATEWAY || from === ELSEWHERE;
    if (to === 'api server') return from === JOB || unlimited;
    if (to === 'outside') return unlimited;
    if (from === 'event-bus') return to === 'postgres' || bus.some((name) => to === eventsOf(name));
    return calledBy(graph, from).includes(to);
  };
}

/** Tries twice, because a busy machine may be slow. A connection is denied if both attempts fail. */
const CONNECT = `
const { connect } = require('node:net');
const once = ({ host, port }) => new Promise((resolve) => {
  const socket = connect({ host, port, timeout: 1500 });
  const end = (open) => { socket.destroy(); resolve(open); };
  socket.on('connect', () => end(true)).on('timeout', () => end(false)).on('error', () => end(false));
});
const twice = async (target) => await once(target) || await once(target);
Promise.all(JSON.parse(process.argv[1]).map(twice)).then((open) => console.log(JSON.stringify(open)));
`;

function nodeSource(namespace: string, kind: string, name: string): Source {
  return {
    kind,
    name,
    connect: (kubectl, targets) => kubectl.script<boolean[]>(namespace, name, CONNECT, JSON.stringify(targets)),
  };
}

/**
 * The image of Postgres has Perl, but no Node.js. The script uses one process without children: Postgres is the first
 * process of its container and adopts orphans. It treats a killed child as a crash.
 */
const CONNECT_PERL = `
use Socket; use Fcntl;
my (@sockets, $waiting);
for my $i (0 .. $#ARGV) {
  my ($host, $port) = split /:/, $ARGV[$i];
  socket($sockets[$i], PF_INET, SOCK_STREAM, 0);
  fcntl($sockets[$i], F_SETFL, O_NONBLOCK);
  connect($sockets[$i], sockaddr_in($port, inet_aton($host)));
  vec($waiting, fileno($sockets[$i]), 1) = 1;
}
my $end = time + 4;
while (time < $end) {
  select(undef, my $done = $waiting, undef, 0.2) or next;
  for my $i (grep { vec($done, fileno($sockets[$_]), 1) } 0 .. $#sockets) {
    print "$i\\n" unless unpack 'i', getsockopt($sockets[$i], SOL_SOCKET, SO_ERROR);
    vec($waiting, fileno($sockets[$i]), 1) = 0;
  }
}
`;

const postgresSource: Source = {
  kind: 'postgres',
  name: 'postgres-0',
  async connect(kubectl, targets) {
    const out = await kubectl.exec(NAMESPACE, 'postgres-0', [
      'perl',
      '-e',
      CONNECT_PERL,
      ...targets.map(({ host, port }) => `${host}:${port}`),
    ]);
    const open = new Set(out.split('\n').filter(Boolean).map(Number));
    return targets.map((_, i) => open.has(i));
  },
};

/** All pods of the blog, and test pods for the kinds without a running pod. The test pods are deleted afterwards. */
export async function withProbes<T>(
  context: Context,
  use: (sources: Source[], targets: Target[]) => Promise<T>,
): Promise<T> {
  const { kubectl, blog, cluster, signal } = context;
  const wait = ['node', '-e', 'setInterval(() => {}, 60_000)'];
  // It has the labels of the Job's pod, so the policy of the Job selects it.
  const labels = { 'app.kubernetes.io/name': JOB, 'app.kubernetes.io/instance': NAMESPACE };
  const own = [
    { namespace: NAMESPACE, name: 'e2e-job', kind: JOB, labels },
    { namespace: NAMESPACE, name: 'e2e-stranger', kind: STRANGER, labels: {} },
    { namespace: OWN_NAMESPACE, name: 'e2e-elsewhere', kind: ELSEWHERE, labels: {} },
    { namespace: GATEWAY_NAMESPACE, name: 'e2e-gateway', kind: GATEWAY, labels: {} },
  ];
  const outside = new Outside(cluster.name, signal);
  const pods = await blog.readyPods();
  try {
    await kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: OWN_NAMESPACE } });
    await kubectl.apply(...own.map((pod) => ownPod(pod.name, wait, pod)));
    const address = await outside.start();
    for (const { namespace, name } of own) {
      await until(
        `the pod ${name} runs`,
        120,
        async () => (await kubectl.get<Pod>('pod', name, '-n', namespace)).status.phase === 'Running',
      );
    }
    const sources = pods.map((pod) =>
      nameOf(pod) === 'postgres' ? postgresSource : nodeSource(NAMESPACE, nameOf(pod), pod.metadata.name),
    );
    for (const { namespace, kind, name } of own) sources.push(nodeSource(namespace, kind, name));
    const targets = pods.flatMap(portsOf);
    targets.push(...(await systemTargets(kubectl)), {
      kind: 'outside',
      name: 'an address outside',
      host: address,
      port: 8080,
    });
    return await use(sources, targets);
  } finally {
    await outside.stop();
    for (const { namespace, name } of own)
      await kubectl
        .run(['-n', namespace, 'delete', 'pod', name, '--ignore-not-found', '--wait=false'])
        .catch(() => undefined);
  }
}

/** One target for each port that a pod declares. */
function portsOf(pod: Pod): Target[] {
  const kind = nameOf(pod);
  const kinds: Record<string, string> = { events: eventsOf(kind), health: healthOf(kind) };
  return pod.spec.containers
    .flatMap(({ ports = [] }) => ports)
    .map(({ name, containerPort }) => ({
      kind: kinds[name ?? ''] ?? kind,
      name: `${pod.metadata.name}:${containerPort}`,
      pod: pod.metadata.name,
      host: pod.status.podIP!,
      port: containerPort,
    }));
}

async function systemTargets(kubectl: Kubectl): Promise<Target[]> {
  type Service = KubeObject & { spec: { clusterIP: string } };
  const dns = await kubectl.get<Service>('service', 'kube-dns', '-n', 'kube-system');
  const [coredns] = await kubectl.list<Pod>('pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns');
  const api = await kubectl.get<Service>('service', 'kubernetes', '-n', 'default');
  return [
    { kind: 'dns', name: 'kube-dns', host: dns.spec.clusterIP, port: 53 },
    { kind: 'dns', name: 'a pod of kube-dns', host: coredns!.status.podIP!, port: 53 },
    { kind: 'api server', name: 'the API server', host: api.spec.clusterIP, port: 443 },
  ];
}

/** A container outside the cluster, as an Internet address. It only accepts connections. */
class Outside {
  readonly #name: string;

  constructor(
    private readonly cluster: string,
    private readonly signal: AbortSignal,
  ) {
    this.#name = `${cluster}-outside`;
  }

  async start(): Promise<string> {
    const networks = JSON.parse(
      await must('docker', [
        'inspect',
        '--format',
        '{{json .NetworkSettings.Networks}}',
        `${this.cluster}-control-plane`,
      ]),
    ) as Record<string, unknown>;
    const network = Object.keys(networks)[0]!;
    await this.stop();
    await must(
      'docker',
      [
        'run',
        '--detach',
        '--rm',
        '--name',
        this.#name,
        '--network',
        network,
        'node:24-slim',
        'node',
        '-e',
        'require("node:net").createServer((socket) => socket.destroy()).listen(8080)',
      ],
      { signal: this.signal },
    );
    return (
      await must('docker', [
        'inspect',
        '--format',
        `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`,
        this.#name,
      ])
    ).trim();
  }

  async stop(): Promise<void> {
    await must('docker', ['rm', '--force', this.#name]).catch(() => undefined);
  }
}
