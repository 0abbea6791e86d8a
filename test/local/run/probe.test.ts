import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container, V1Probe } from '@kubernetes/client-node';
import { probe } from '../../../src/local/run/probe';
import { Replica } from '../../../src/local/run/replica';

jest.setTimeout(30_000);

let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/slow') return;
    response.statusCode = request.url === '/' ? 200 : 404;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const container = (more: Partial<V1Container> = {}): V1Container => ({
  name: 'web',
  ports: [{ name: 'http', containerPort: 8080 }],
  env: [{ name: 'PORT', value: '8080' }],
  ...more,
});
const env = { PATH: process.env.PATH ?? '' };
const run = (check: V1Probe, to = port) =>
  probe(check, { container: container(), ports: new Map([[8080, to]]), env, folder: tmpdir() });
const get = (path: string, more: V1Probe = {}): V1Probe => ({ httpGet: { path, port: 'http' }, ...more });

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port: closed } = other.address() as AddressInfo;
  await new Promise((resolve) => other.close(resolve));
  return closed;
}

describe('a probe', () => {
  test('succeeds', async () => {
    expect(await run(get('/'))).toBeUndefined();
    expect(await run({ tcpSocket: { port: 'http' } })).toBeUndefined();
    expect(await run({ exec: { command: ['true'] } })).toBeUndefined();
  });

  test('says why it fails', async () => {
    const closed = await closedPort();
    expect(await run(get('/healthz/ready'))).toEqual({ cause: 'status', status: 404 });
    expect(await run(get('/slow', { timeoutSeconds: 0.1 }))).toEqual({ cause: 'late' });
    expect(await run(get('/'), closed)).toEqual({ cause: 'refused' });
    expect(await run({ tcpSocket: { port: 'http' } }, closed)).toEqual({ cause: 'refused' });
    expect(await run({ exec: { command: ['sh', '-c', 'echo not yet; false'] } })).toEqual({
      cause: 'other',
      text: 'not yet',
    });
  });
});

/** The lines of a replica whose program never becomes ready. */
async function linesOf(readinessProbe: V1Probe, to: number, seconds = 0.3): Promise<string[]> {
  const lines: string[] = [];
  const startupProbe = { failureThreshold: 1, periodSeconds: seconds };
  const replica = new Replica({
    name: 'web-1',
    number: 1,
    container: container({ readinessProbe, startupProbe }),
    command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
    folder: tmpdir(),
    env,
    ports: new Map([[8080, to]]),
    onLine: (line) => lines.push(line),
    onChange: () => undefined,
  });
  expect(await replica.firstReady).toBe(false);
  await sleep(0);
  return lines;
}

test('a replica that does not become ready says what fails, and how to fix it', async () => {
  expect(await linesOf(get('/healthz/ready'), port)).toEqual([
    "The program did not become ready in time. The readiness probe fails: GET /healthz/ready on port 8080 (the default path and port) answers with status 404. Set a path that the program serves, such as health: { ready: '/' }. Without such a path: health: { ready: 'tcp' }. It is replaced.",
  ]);
  const closed = await closedPort();
  expect(await linesOf(get('/up'), closed)).toEqual([
    `The program did not become ready in time. The readiness probe fails: GET /up on port 8080 (the default port) is refused. No program listens there. Let the program listen on the port in the variable PORT, which is ${closed} here. It is replaced.`,
  ]);
});

test('a path that the program does not serve is reported early, a program that does not listen yet is not', async () => {
  expect(await linesOf(get('/healthz/ready'), port, 2.5)).toEqual([
    expect.stringMatching(/^The program is not ready after 2 s\. .* answers with status 404\. /),
    expect.stringMatching(/^The program did not become ready in time\. /),
  ]);
  expect(await linesOf(get('/'), await closedPort(), 2.5)).toHaveLength(1);
});
