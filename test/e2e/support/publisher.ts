import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NAMESPACE } from './blog';
import type { Kubectl, Pod } from './kubectl';
import { until } from './until';

/** The namespace of the test objects. */
export const OWN_NAMESPACE = 'callsign-e2e';
const PROGRAM = join(__dirname, '..', 'programs', 'publisher.js');

/** An event with the answer 202 from the bus. */
export interface Accepted {
  readonly post: string;
  /** Its number within its post. */
  readonly n: number;
  readonly id: string;
  /** The time of the answer, in milliseconds. */
  readonly at: number;
}

/** The longest time between two events with the answer 202, in seconds. */
export function longestPause(accepted: readonly Accepted[]): number {
  const times = accepted.map(({ at }) => at).toSorted((a, b) => a - b);
  return times.reduce((most, at, i) => Math.max(most, (at - times[Math.max(0, i - 1)]!) / 1_000), 0);
}

/** The result of all publishing. */
export interface Published {
  readonly seconds: number;
  readonly accepted: number;
  readonly attempts: number;
  /** The number of other answers, by answer. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface PublisherOptions {
  readonly posts: readonly string[];
  /** Events per second in total. */
  readonly rate: number;
  readonly seconds: number;
}

/** A security context that Pod Security `restricted` accepts. */
const RESTRICTED = {
  pod: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  container: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
};

/** The control plane, which no step stops. */
const ON_CONTROL_PLANE = {
  nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
  tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }],
};

export interface OwnPodOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Mounted at /program. */
  readonly configMap?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The node of the pod. */
  readonly node?: string;
}

/** A test pod with Node.js and without a grace period. */
export function ownPod(
  name: string,
  command: readonly string[],
  { env = {}, configMap, namespace = OWN_NAMESPACE, labels, node }: OwnPodOptions = {},
): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'callsign-e2e', ...labels } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: RESTRICTED.pod,
      ...(node ? { nodeName: node } : namespace === OWN_NAMESPACE && ON_CONTROL_PLANE),
      containers: [
        {
          name: 'main',
          image: 'node:24-slim',
          imagePullPolicy: 'IfNotPresent',
          command,
          securityContext: RESTRICTED.container,
          env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
          ...(configMap && { volumeMounts: [{ name: 'program', mountPath: '/program' }] }),
        },
      ],
      ...(configMap && { volumes: [{ name: 'program', configMap: { name: configMap } }] }),
    },
  };
}

/** The namespace of the test, and the only policy it needs: its pods can publish to the bus. */
function ownObjects(): object[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: OWN_NAMESPACE } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'publisher', namespace: OWN_NAMESPACE },
      data: { 'publisher.js': readFileSync(PROGRAM, 'utf8') },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'e2e-publisher', namespace: NAMESPACE },
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'event-bus' } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': OWN_NAMESPACE } } }],
            ports: [{ port: 8080, protocol: 'TCP' }],
          },
        ],
      },
    },
  ];
}

/** Publishes comments to the bus from inside the cluster, at a steady rate, for a bounded time. */
export class Publisher {
  private constructor(
    private readonly kubectl: Kubectl,
    readonly options: PublisherOptions,
  ) {}

  /** Starts it, and waits for the first accepted event. */
  static async start(kubectl: Kubectl, options: PublisherOptions): Promise<Publisher> {
    const publisher = new Publisher(kubectl, options);
    await deletePod(kubectl);
    await kubectl.apply(...ownObjects());
    await kubectl.apply(
      ownPod('publisher', ['node', '/program/publisher.js'], {
        configMap: 'publisher',
        env: {
          BUS_URL: `http://event-bus.${NAMESPACE}`,
          POSTS: options.posts.join(','),
          RATE: String(options.rate),
          SECONDS: String(options.seconds),
        },
      }),
    );
    await until('the publisher publishes', 60, async () => (await publisher.accepted()).length > 0);
    return publisher;
  }

  /** All events accepted so far. */
  async accepted(): Promise<Accepted[]> {
    return (await this.#lines()).filter((line): line is Accepted => 'n' in line);
  }

  /** Waits for its end and deletes its objects. */
  async finish(): Promise<{ accepted: Accepted[]; published: Published }> {
    await until('the publisher ends', this.options.seconds + 60, async () => {
      const pod = await this.kubectl.get<Pod>('pod', 'publisher', '-n', OWN_NAMESPACE);
      return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
    });
    const lines = await this.#lines();
    const published = lines.find((line): line is Published & { done: true } => 'done' in line);
    if (!published) throw new Error('The publisher ended without a result. See its log.');
    await this.remove();
    return { accepted: lines.filter((line): line is Accepted => 'n' in line), published };
  }

  async remove(): Promise<void> {
    await removePublisher(this.kubectl);
  }

  async #lines(): Promise<object[]> {
    const log = await this.kubectl.must(['-n', OWN_NAMESPACE, 'logs', 'publisher']);
    return log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as object);
  }
}

/** Deletes all objects of the publisher from the cluster. */
export async function removeOwnObjects(kubectl: Kubectl): Promise<void> {
  await kubectl.run(['-n', NAMESPACE, 'delete', 'networkpolicy', 'e2e-publisher', '--ignore-not-found']);
  await kubectl.run([
    '-n',
    NAMESPACE,
    'delete',
    'pod',
    '-l',
    'app.kubernetes.io/managed-by=callsign-e2e',
    '--wait=false',
  ]);
  await kubectl.run(['delete', 'namespace', OWN_NAMESPACE, '--ignore-not-found', '--timeout=30s']);
}

export async function removePublisher(kubectl: Kubectl): Promise<void> {
  await deletePod(kubectl);
  await kubectl.must(['-n', NAMESPACE, 'delete', 'networkpolicy', 'e2e-publisher', '--ignore-not-found']);
}

async function deletePod(kubectl: Kubectl): Promise<void> {
  const now = ['--ignore-not-found', '--grace-period=0', '--force'];
  await kubectl.must(['-n', OWN_NAMESPACE, 'delete', 'pod', 'publisher', ...now]);
}
