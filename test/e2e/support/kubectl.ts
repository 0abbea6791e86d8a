import { ApiServer } from '../../../src/cluster/connection/api-server';
import { EnvironmentError } from '../../../src/problems/problem';
import { apiPathsOf } from './api-paths';
import { CommandFailed, run, type CommandOptions, type Ended } from './command';
import { until, within } from './until';

/** The fields that the test reads. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string }[];
    readonly managedFields?: readonly { readonly manager: string; readonly operation: string }[];
  };
}

interface ContainerStatus {
  readonly containerID?: string;
  readonly imageID?: string;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly state: {
    readonly waiting?: { readonly reason: string };
    readonly terminated?: { readonly reason: string; readonly exitCode: number };
  };
  readonly lastState?: {
    readonly terminated?: { readonly reason: string; readonly exitCode: number; readonly finishedAt: string };
  };
}

export interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
    readonly containers: readonly {
      readonly name: string;
      readonly image: string;
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
    }[];
  };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface List<T> {
  readonly kind: string;
  readonly apiVersion: string;
  readonly items: readonly T[];
}

/** The microservice of a pod. */
export const nameOf = (object: KubeObject): string =>
  object.metadata.labels?.['app.kubernetes.io/name'] ?? object.metadata.name;

export const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;

export const restartsOf = ({ status }: Pod): number =>
  status.containerStatuses?.reduce((sum, { restartCount }) => sum + restartCount, 0) ?? 0;

/** kubectl, for one cluster. Reads go through one `kubectl proxy`: polling would start thousands of processes. */
export class Kubectl {
  #api: Promise<ApiServer> | undefined;

  constructor(
    readonly kubeconfig: string,
    private readonly signal?: AbortSignal,
  ) {}

  /** Runs a command and returns its result, even if it fails. */
  run(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
    return run('kubectl', args, {
      signal: this.signal,
      ...options,
      env: { KUBECONFIG: this.kubeconfig, ...options.env },
    });
  }

  /** Runs a command and returns its output. Throws if it fails. */
  async must(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const ended = await this.run(args, options);
    if (ended.code !== 0) throw new CommandFailed('kubectl', args, ended);
    return ended.out;
  }

  async get<T>(...args: string[]): Promise<T> {
    const [path, ...more] = apiPathsOf(args) ?? [];
    if (path !== undefined && more.length === 0) return this.#read<T>(path);
    return JSON.parse(await this.must(['get', ...args, '-o', 'json', '--show-managed-fields'])) as T;
  }

  async list<T extends KubeObject>(...args: string[]): Promise<T[]> {
    const paths = apiPathsOf(args);
    if (!paths) return (await this.get<{ items: T[] }>(...args)).items;
    const lists = await Promise.all(paths.map((path) => this.#read<List<T>>(path)));
    // The API server says the kind once for the whole list.
    return lists.flatMap(({ kind, apiVersion, items }) =>
      items.map((item) => ({ ...item, apiVersion, kind: kind.replace(/List$/, '') })),
    );
  }

  async #read<T>(path: string): Promise<T> {
    try {
      return await within(30, (await this.#connected()).json<T>(path));
    } catch (error) {
      // The next read connects again, because the proxy may have ended.
      if (error instanceof EnvironmentError) {
        void this.#api?.then((api) => api.close()).catch(() => undefined);
        this.#api = undefined;
      }
      throw error;
    }
  }

  #connected(): Promise<ApiServer> {
    this.signal?.throwIfAborted();
    this.#api ??= ApiServer.connect(undefined, { ...process.env, KUBECONFIG: this.kubeconfig }, this.signal);
    return this.#api;
  }

  /** Applies objects of the test. */
  async apply(...objects: object[]): Promise<void> {
    await this.must(['apply', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    });
  }

  /** Waits until the namespace is gone. An earlier run may have started its deletion. */
  async gone(namespace: string): Promise<void> {
    await until(
      `the namespace ${namespace} of an earlier run is gone`,
      120,
      async () => (await this.run(['get', 'namespace', namespace])).code !== 0,
    );
  }

  /** Runs a program in a container of a pod. Tries again if the container runtime could not start the program. */
  async exec(
    namespace: string,
    pod: string,
    command: readonly string[],
    options: CommandOptions = {},
  ): Promise<string> {
    const args = ['-n', namespace, 'exec', '-i', pod, '--', ...command];
    for (let tries = 3; ; tries--) {
      const ended = await this.run(args, { timeoutMs: 30_000, ...options });
      if (ended.code === 0) return ended.out;
      if (tries === 1 || !ended.error.includes('failed to start exec')) throw new CommandFailed('kubectl', args, ended);
    }
  }

  /** Runs JavaScript in a pod with Node.js. Returns its output, parsed as JSON. */
  async script<T>(namespace: string, pod: string, program: string, ...args: string[]): Promise<T> {
    return JSON.parse(await this.exec(namespace, pod, ['node', '-e', program, ...args])) as T;
  }
}
