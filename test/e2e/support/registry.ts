import type { Cluster } from './cluster';
import { must, run } from './command';
import { imagesHere, removeImages } from './images';
import { until } from './until';

const NAME = 'callsign-e2e-registry';

/** A registry beside the cluster: a container on kind's network, which this machine and the nodes reach under one name. */
export class Registry {
  private constructor(
    /** As images name it: `localhost:36597`. */
    readonly host: string,
    private readonly cluster: Cluster,
  ) {}

  static async start(cluster: Cluster, signal: AbortSignal): Promise<Registry> {
    await run('docker', ['rm', '--force', '--volumes', NAME]);
    await must(
      'docker',
      ['run', '--detach', '--name', NAME, '--network', 'kind', '--publish', '127.0.0.1::5000', 'registry:3'],
      { signal, timeoutMs: 120_000 },
    );
    const [address = ''] = (await must('docker', ['port', NAME, '5000/tcp'], { signal })).split('\n');
    const host = address.replace('127.0.0.1', 'localhost');
    await until('the registry answers', 60, async () => (await fetch(`http://${address}/v2/`, { signal })).ok);
    // On a node localhost is the node: its containerd is told where to ask instead.
    await cluster.onNodes(
      `mkdir -p '${folderOf(host)}' && cat > '${folderOf(host)}/hosts.toml'`,
      `[host."http://${NAME}:5000"]\n`,
    );
    return new Registry(host, cluster);
  }

  async remove(): Promise<void> {
    await this.cluster.onNodes(`rm -rf '${folderOf(this.host)}'`).catch(() => undefined);
    await run('docker', ['rm', '--force', '--volumes', NAME]);
    await removeImages((await imagesHere()).filter((name) => name.startsWith(`${this.host}/`)));
  }
}

function folderOf(host: string): string {
  return `/etc/containerd/certs.d/${host}`;
}
