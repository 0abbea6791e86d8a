import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { LOOPBACK, type Reach } from '../network/ports';

export type DockerEnvironment = Readonly<Record<string, string | undefined>>;

const ANSWER_MS = 5_000;
/** Docker Desktop passes connections to this name on to the loopback interface. */
const DESKTOP_HOST = 'host.docker.internal';
const BRIDGE = '{{with index .IPAM.Config 0}}{{.Gateway}},{{.Subnet}}{{end}}';

/** How containers of the command `docker` reach this machine. Undefined if no Docker answers. */
export async function findDocker(environment: DockerEnvironment): Promise<Reach | undefined> {
  const ask = (...args: string[]) => answerOf(args, environment);
  if ((await ask('version', '--format', '{{.Server.Os}}')) !== 'linux') return undefined;
  const network = await ask('network', 'inspect', 'bridge', '--format', BRIDGE);
  const address = network && addressOf(network);
  if (address && (await isOurs(address))) return { listens: address, host: address };
  return { listens: LOOPBACK, host: DESKTOP_HOST };
}

/** Removes what an earlier local run of the project left, for instance after it was killed. */
export async function removeContainers(label: string, environment: DockerEnvironment): Promise<void> {
  const ids = await answerOf(['ps', '--all', '--quiet', '--filter', `label=${label}`], environment);
  if (ids) await answerOf(['rm', '--force', '--volumes', ...ids.split('\n')], environment);
}

/** Ends a container at once. */
export function killContainer(name: string, environment: DockerEnvironment): void {
  execFile('docker', ['kill', name], { env: environment }, () => undefined);
}

/** What `docker` prints. Undefined if it fails, or does not end in time: 0 is no limit. */
export async function answerOf(
  args: readonly string[],
  environment: DockerEnvironment,
  timeout = ANSWER_MS,
): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('docker', args, { env: environment, timeout });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** The address of the bridge. Some engines name only its network: then it is the first address. */
function addressOf(network: string): string | undefined {
  const [gateway, subnet = ''] = network.split(',');
  if (gateway) return gateway;
  const [, start, last] = /^((?:\d+\.){3})(\d+)\//.exec(subnet) ?? [];
  return start && `${start}${Number(last) + 1}`;
}

/** Whether an address belongs to this machine. That of Docker Desktop belongs to its virtual machine. */
function isOurs(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}
