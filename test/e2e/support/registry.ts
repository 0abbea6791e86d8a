import type { Cluster } from './cluster';
import { must, run } from './command';
import { imagesHere, removeImages } from './images';
import { until } from './until';

const NAME = 'callsign-e2e-registry';

/** A registry next to the cluster: a container on the network of kind. This machine and the nodes use the same name for it. */
export class Registry {
  private constructor(
    /** The host in image references: `localhost:36597`. */
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
    // On a node, localhost is the node itself, so its containerd needs the real address.
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
