import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { resolveEventLog } from '../../../src/constructs/event-log/resolve';
import { EventLog } from '../../../src/index';
import { chart, find, objectsOf } from '../render';
import { NatsClient } from './nats-client';
import { natsProgram } from '../../services/support/nats-program';

// Runs the written configuration with real servers on this machine. Only the addresses and the folders differ.

jest.setTimeout(120_000);

const program = natsProgram(resolveEventLog({}).image.reference);
const folder = mkdtempSync(join(tmpdir(), 'callsign-event-log-'));
const running = new Set<ChildProcess>();
afterAll(async () => {
  await Promise.all(
    [...running].map((child) => {
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      return closed;
    }),
  );
  rmSync(folder, { recursive: true });
});

/** Without quotes, the server would read none of these passwords as a text. */
const SECRETS: Record<string, string> = {
  password: '-58_aZ-0123456789abcdefghijklmnopqrstuvwxyz',
  'system-password': '0123456789',
  'routes-password': '-5s_routes',
};

interface Server {
  readonly port: number;
  readonly monitor: number;
  readonly child: ChildProcess;
}

/** The configuration and the variables of the pods, with the secrets. */
function podsOf(servers: number) {
  const objects = objectsOf(
    chart((scope) => {
      new EventLog(scope, 'log', { servers });
    }),
  );
  const [container] = find(objects, 'StatefulSet', 'log').spec.template.spec.containers;
  const variables = (pod: string): Record<string, string> => {
    const env: Record<string, string> = {};
    for (const { name, value, valueFrom } of container.env)
      env[name] =
        value?.replace(/\$\((\w+)\)/g, (_: string, other: string) => env[other]!) ??
        SECRETS[valueFrom.secretKeyRef?.key] ??
        pod;
    return env;
  };
  return { container, variables, configuration: find(objects, 'ConfigMap', 'log').data['nats-server.conf'] as string };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Starts the servers, each with its ports on this machine instead of a pod. */
async function start(count: number): Promise<Server[]> {
  const { configuration, variables } = podsOf(count);
  const ports = await freePorts(count * 3);
  const portOf = (i: number, kind: number) => ports[i * 3 + kind]!;
  const servers = Array.from({ length: count }, (_, i): Server => {
    const data = join(folder, `${count}-${i}`);
    mkdirSync(data);
    const file = join(data, 'nats-server.conf');
    const listen = (kind: number) => `listen: "127.0.0.1:${portOf(i, kind)}"`;
    writeFileSync(
      file,
      configuration
        .replace(/^port: 4222$/m, listen(0))
        .replace(/^http_port: 8222$/m, `http: "127.0.0.1:${portOf(i, 1)}"`)
        .replace(/^ {2}port: 6222$/m, listen(2))
        .replace('"/data"', JSON.stringify(data)),
    );
    const env = Object.fromEntries(
      Object.entries(variables(`log-${i}`)).map(([name, value]) => [
        name,
        value.replace(/log-(\d)\.log:6222/, (__, other: string) => `127.0.0.1:${portOf(Number(other), 2)}`),
      ]),
    );
    const child = spawn(program, ['--config', file], { env: { ...process.env, ...env }, stdio: 'ignore' });
    running.add(child);
    child.once('close', () => running.delete(child));
    return { port: portOf(i, 0), monitor: portOf(i, 1), child };
  });
  await Promise.all(servers.map(({ monitor }) => isHealthy(monitor)));
  return servers;
}

/** Waits until the probe at the start of a pod succeeds. */
async function isHealthy(monitor: number): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    const status = await statusOf(monitor, '/healthz');
    if (status === 200) return;
    await sleep(250);
  }
  throw new Error(`The server at ${monitor} is not healthy.`);
}

async function statusOf(monitor: number, path: string): Promise<number | undefined> {
  return fetch(`http://127.0.0.1:${monitor}${path}`).then(
    ({ status }) => status,
    () => undefined,
  );
}

const login = (user: string, key: string) => [user, SECRETS[key]!] as const;

test.each([1, 3, 5])('a server accepts the configuration for %i servers', (servers) => {
  const { configuration, variables } = podsOf(servers);
  const file = join(folder, `accepted-${servers}.conf`);
  writeFileSync(file, configuration);
  const { status, stderr } = spawnSync(program, ['-t', '--config', file], {
    env: { ...process.env, ...variables('log-0') },
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/configuration file .* is valid/);
  expect(status).toBe(0);
});

test('without the quotes in the variables, no server would start', () => {
  const { configuration, variables } = podsOf(1);
  const file = join(folder, 'refused.conf');
  writeFileSync(file, configuration);
  const env = { ...process.env, ...variables('log-0'), PASSWORD: SECRETS.password };
  const { status, stderr } = spawnSync(program, ['-t', '--config', file], { env, encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toContain("variable reference for 'PASSWORD' on line");
});

test('one server stores events, and only the callers and the administrator log in', async () => {
  const [server] = (await start(1)) as [Server];
  const client = await NatsClient.open(server.port, ...login('event-log', 'password'));
  const made = await client.request('$JS.API.STREAM.CREATE.EVENTS', stream(1, 'file'));
  expect(JSON.parse(made)).toMatchObject({ config: { name: 'EVENTS', num_replicas: 1 } });
  expect(JSON.parse(await client.request('events.a', 'x'.repeat(64 * 1024)))).toMatchObject({ seq: 1 });
  // A stream in memory would be lost, so there is no memory for it.
  expect(await client.request('$JS.API.STREAM.CREATE.SHORT', stream(1, 'memory', 'SHORT'))).toContain('insufficient');
  expect(await client.request('$SYS.REQ.SERVER.PING', '')).toContain('no answer');
  client.close();
  await expect(NatsClient.open(server.port, 'event-log', 'wrong')).rejects.toThrow('Authorization Violation');
  await expect(NatsClient.open(server.port, '', '')).rejects.toThrow('Authorization Violation');
  await expect(NatsClient.open(server.port, ...login('routes', 'routes-password'))).rejects.toThrow('Authorization');
  const administrator = await NatsClient.open(server.port, ...login('system', 'system-password'));
  expect(JSON.parse(await administrator.request('$SYS.REQ.SERVER.PING', ''))).toMatchObject({
    server: { name: 'log-0', jetstream: true },
  });
  administrator.close();
});

test('three servers form a cluster; an event is stored by all of them, and a server can stop', async () => {
  const servers = await start(3);
  const [first, second] = servers as [Server, Server];
  const client = await NatsClient.open(second.port, ...login('event-log', 'password'));
  const made = JSON.parse(await client.request('$JS.API.STREAM.CREATE.EVENTS', stream(3, 'file'))) as {
    cluster: { name: string; leader: string; replicas: { name: string }[] };
  };
  const { name, leader, replicas } = made.cluster;
  expect(name).toBe('log');
  expect([leader, ...replicas.map((one) => one.name)].toSorted()).toEqual(['log-0', 'log-1', 'log-2']);
  expect(JSON.parse(await client.request('events.a', 'first'))).toMatchObject({ stream: 'EVENTS', seq: 1 });

  // A server that does not have all events of a new stream yet stays ready.
  for (const { monitor } of servers)
    for (const query of ['?js-server-only=true', '?js-enabled-only=true'])
      expect(await statusOf(monitor, `/healthz${query}`)).toBe(200);
  await Promise.all(servers.map(({ monitor }) => isHealthy(monitor)));

  // What the pod runs before it stops, with the number of this process. The client that it has gets time to reconnect.
  const reconnecting = await NatsClient.open(first.port, ...login('event-log', 'password'));
  const [, ...words] = podsOf(3).container.lifecycle.preStop.exec.command as string[];
  const began = Date.now();
  const closed = new Promise((resolve) => first.child.once('close', resolve));
  const { status } = spawnSync(program, [...words.slice(0, -1), words.at(-1)!.replace('=1', `=${first.child.pid}`)]);
  expect(status).toBe(0);
  await sleep(500);
  // Kubernetes then sends this signal, which a server in lame duck mode ignores.
  first.child.kill('SIGTERM');
  await closed;
  expect(Date.now() - began).toBeGreaterThan(5000);
  expect(Date.now() - began).toBeLessThan(30_000);
  reconnecting.close();
  expect(JSON.parse(await published(client, 'second'))).toMatchObject({ stream: 'EVENTS', seq: 2 });
  const info = JSON.parse(await client.request('$JS.API.STREAM.INFO.EVENTS', '')) as { state: { messages: number } };
  expect(info.state.messages).toBe(2);
  client.close();
});

/** Publishes an event, and again while the servers choose another leader. The id removes duplicates. */
async function published(client: NatsClient, payload: string): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const answer = await client.request('events.a', payload);
    if (answer.includes('"seq"')) return answer;
    await sleep(500);
  }
  throw new Error('No server stores the event.');
}

function stream(replicas: number, storage: string, name = 'EVENTS'): string {
  return JSON.stringify({
    name,
    subjects: [`${name.toLowerCase()}.>`],
    retention: 'limits',
    max_consumers: -1,
    max_msgs: -1,
    max_bytes: -1,
    max_age: 0,
    storage,
    num_replicas: replicas,
  });
}
