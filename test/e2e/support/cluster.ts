import { join } from 'node:path';
import { must, run } from './command';
import type { Kubectl, Pod } from './kubectl';
import { CannotRun } from './promise';

/** The name of the test cluster. */
export const CLUSTER = 'callsign-e2e';

/** A kind cluster. Its nodes are local containers, so a test can stop them. */
export class Cluster {
  /** The nodes that a step stopped, including those that run again. */
  readonly stopped = new Set<string>();

  constructor(
    readonly name: string,
    private readonly kubeconfig: string,
    private readonly signal?: AbortSignal,
  ) {}

  /** Creates the cluster in kind.yaml. */
  async create(): Promise<void> {
    const config = join(__dirname, '..', 'kind.yaml');
    await must(
      'kind',
      ['create', 'cluster', '--name', this.name, '--config', config, '--kubeconfig', this.kubeconfig, '--wait', '120s'],
      { timeoutMs: 600_000, signal: this.signal },
    );
  }

  /** Whether a cluster of this name exists. */
  async exists(): Promise<boolean> {
    return (await must('kind', ['get', 'clusters'])).split('\n').includes(this.name);
  }

  /** Deletes the cluster, even after the test was interrupted. */
  async delete(): Promise<void> {
    await must('kind', ['delete', 'cluster', '--name', this.name, '--kubeconfig', this.kubeconfig], {
      timeoutMs: 120_000,
    });
  }

  /** Loads local images to the nodes of a role that do not have them. */
  async load(role: 'control-plane' | 'worker', images: readonly string[]): Promise<void> {
    const nodes = (await this.#nodes()).filter(
      (node) => (node === `${this.name}-control-plane`) === (role === 'control-plane'),
    );
    await must('kind', ['load', 'docker-image', '--name', this.name, '--nodes', nodes.join(), ...images], {
      timeoutMs: 600_000,
      signal: this.signal,
    });
  }

  /** Runs a shell command on every node. */
  async onNodes(script: string, input = ''): Promise<void> {
    for (const node of await this.#nodes())
      await must('docker', ['exec', '--interactive', node, 'sh', '-c', script], { input, signal: this.signal });
  }

  async #nodes(): Promise<string[]> {
    return (await must('kind', ['get', 'nodes', '--name', this.name])).split('\n').filter(Boolean);
  }

  /** The local address of a port of the gateway: `127.0.0.1:36597`. */
  async address(port: 80 | 443 = 80): Promise<string> {
    const { code, out } = await run('docker', ['port', `${this.name}-control-plane`, `${port}/tcp`], {
      signal: this.signal,
    });
    const address = out.split('\n').find((line) => /^127\.0\.0\.1:\d+$/.test(line.trim()));
    if (code !== 0 || address === undefined)
      throw new CannotRun(
        `The cluster ${this.name} does not map port ${port} of its control plane to 127.0.0.1. Create it from test/e2e/kind.yaml.`,
      );
    return address.trim();
  }

  async stopNode(node: string): Promise<void> {
    this.stopped.add(node);
    await must('docker', ['stop', node], { signal: this.signal });
  }

  async startNode(node: string): Promise<void> {
    await must('docker', ['start', node]);
  }

  /** Starts the stopped nodes again, even after the test was interrupted. */
  async startNodes(): Promise<void> {
    for (const node of await this.#nodes()) await this.startNode(node);
  }

  /** Kills the first container of a pod with SIGKILL. The kubelet restarts it in the same pod. */
  async crash({ spec, status }: Pod): Promise<void> {
    const id = status.containerStatuses?.[0]?.containerID?.replace(/^containerd:\/\//, '');
    if (!id || !spec.nodeName) throw new Error('The pod has no running container to kill.');
    await must(
      'docker',
      ['exec', spec.nodeName, 'ctr', '--namespace', 'k8s.io', 'tasks', 'kill', '--signal', 'SIGKILL', id],
      { signal: this.signal },
    );
  }
}

/** The kind cluster of a kubeconfig. */
export async function clusterOf(kubectl: Kubectl, signal: AbortSignal): Promise<Cluster> {
  const context = (await kubectl.must(['config', 'current-context'])).trim();
  const [, name] = /^kind-(.+)$/.exec(context) ?? [];
  if (!name)
    throw new CannotRun(
      `KUBECONFIG points to ${context}, which is not a kind cluster. This test stops nodes and kills containers, so it needs one.`,
    );
  return new Cluster(name, kubectl.kubeconfig, signal);
}
