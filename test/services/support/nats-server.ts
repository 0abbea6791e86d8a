// Starts real NATS servers with JetStream.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsProgram } from './nats-program.ts';
import { until } from './service.ts';

export interface NatsServer {
  readonly name: string;
  /** `host:port`. It stays the same after a restart. */
  readonly address: string;
  /** The folder with the store. */
  readonly folder: string;
  /** The id of the process that runs now. */
  readonly pid: () => number;
  /** Starts the server again with the same store. */
  start: () => Promise<void>;
  /** Ends the server at once, without a chance to tell the others. */
  kill: () => Promise<void>;
  /** Stops the server as Kubernetes does. */
  stop: () => Promise<void>;
  /** Stops the server and deletes its store. */
  remove: () => Promise<void>;
}

const running = new Set<ChildProcess>();
const killAll = () => {
  for (const child of running) child.kill('SIGKILL');
};
// The benchmark of the bus runs without Jest.
if ('afterAll' in globalThis) afterAll(killAll);
else process.on('exit', killAll);

/** Starts a server, or several that form a cluster. `more` is added to the configuration of each. */
export async function startNatsServers(count = 1, more = ''): Promise<readonly NatsServer[]> {
  const program = natsProgram();
  const ports = await freePorts(count * 2);
  const routes = ports.slice(count).map((port) => `nats-route://127.0.0.1:${port}`);
  const servers = Array.from({ length: count }, (_, index) => {
    const cluster = `cluster { name: test, listen: "127.0.0.1:${ports[count + index]!}", routes: ${JSON.stringify(routes)} }`;
    return serverAt(program, `server-${index}`, ports[index]!, `${count > 1 ? cluster : ''}\n${more}`);
  });
  await Promise.all(servers.map((server) => server.start()));
  return servers;
}

function serverAt(program: string, name: string, port: number, more: string): NatsServer {
  const folder = mkdtempSync(join(tmpdir(), 'callsign-nats-'));
  const file = join(folder, 'server.conf');
  // Like in a cluster of Kubernetes, an acknowledged message is on the disk.
  writeFileSync(
    file,
    `server_name: ${name}\nlisten: "127.0.0.1:${port}"\njetstream { store_dir: ${JSON.stringify(folder)}, sync_interval: always }\n${more}\n`,
  );
  let child: ChildProcess;
  let said = '';
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await ended;
    running.delete(child);
  };
  return {
    name,
    address: `127.0.0.1:${port}`,
    folder,
    pid: () => child.pid!,
    start: async () => {
      child = spawn(program, ['--config', file], { stdio: ['ignore', 'ignore', 'pipe'] });
      running.add(child);
      child.stderr!.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-4_000)));
      const { exitCode } = child;
      await until(async () => {
        if (child.exitCode !== exitCode) throw new Error(`${name} ended:\n${said}`);
        return accepts(port);
      }, `${name} listens`);
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    remove: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false)).on('close', () => undefined);
    socket.on('connect', () => socket.destroy());
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
