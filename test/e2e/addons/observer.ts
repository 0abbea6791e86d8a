import type { Context } from '../context';
import { pullMissing } from '../support/images';

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  /** Without a namespace, it belongs to the whole cluster. */
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

interface ObserverOptions {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly user: number;
  readonly args?: readonly string[];
  readonly ports: readonly number[];
  readonly ready: { readonly path: string; readonly port: number; readonly scheme?: 'HTTPS' };
  /** The paths of volumes, by what they contain. */
  readonly mounts?: Readonly<Record<string, object>>;
  /** What else it needs, also in other namespaces. It is deleted before the program. */
  readonly more?: readonly Named[];
}

/** A program that watches others, in its own namespace with the Pod Security level `restricted`. */
export class Observer {
  constructor(
    private readonly context: Context,
    private readonly options: ObserverOptions,
  ) {}

  /** Loads its image to the nodes, so that its start takes only seconds. */
  async load(): Promise<void> {
    const { cluster, signal } = this.context;
    const { image } = this.options;
    await pullMissing([image], signal);
    await cluster.load('worker', [image]);
  }

  /** Starts it, runs the action, and deletes it again. */
  async use<T>(prove: () => Promise<T>): Promise<T> {
    const { kubectl } = this.context;
    const { name, namespace, more = [] } = this.options;
    await this.load();
    await kubectl.gone(namespace);
    try {
      await kubectl.apply(...objectsOf(this.options));
      await kubectl.must(['-n', namespace, 'rollout', 'status', `deployment/${name}`, '--timeout=120s'], {
        timeoutMs: 130_000,
      });
      return await prove();
    } finally {
      for (const { kind, metadata } of more) {
        const place = metadata.namespace === undefined ? [] : ['-n', metadata.namespace];
        await kubectl.run([...place, 'delete', kind, metadata.name, '--ignore-not-found']);
      }
      await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=120s'], {
        timeoutMs: 130_000,
      });
    }
  }

  /** The answer of its API, parsed. */
  async ask<T>(port: number, path: string): Promise<T> {
    const { name, namespace } = this.options;
    const at = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy/api/${path}`;
    return JSON.parse(await this.context.kubectl.must(['get', '--raw', at])) as T;
  }
}

/** Its namespace, ServiceAccount, Service and Deployment, and what else it needs. */
function objectsOf({
  name,
  namespace,
  image,
  user,
  args,
  ports,
  ready,
  mounts = {},
  more = [],
}: ObserverOptions): object[] {
  const labels = { app: name };
  const metadata = { name, namespace };
  const volumes = Object.entries(mounts).map(([mountPath, volume], i) => ({ name: `volume-${i}`, mountPath, volume }));
  const podSpec = {
    serviceAccountName: name,
    securityContext: { runAsNonRoot: true, runAsUser: user, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name,
        image,
        args,
        readinessProbe: { httpGet: ready, periodSeconds: 2 },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: volumes.map((volume) => ({ name: volume.name, mountPath: volume.mountPath })),
      },
    ],
    volumes: volumes.map((volume) => ({ name: volume.name, ...volume.volume })),
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: ports.map((port) => ({ name: `port-${port}`, port })) },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
    },
    ...more,
  ];
}
