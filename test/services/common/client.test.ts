import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Client } from '../../../services/common/client.ts';
import { until } from '../support/service.ts';

let server: Server;
let client: Client;
let connections: Socket[];

async function listen(listener: RequestListener): Promise<string> {
  connections = [];
  server = createServer(listener).on('connection', (socket: Socket) => connections.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(async () => {
  jest.restoreAllMocks();
  client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const echo: RequestListener = (request, response) => {
  let body = '';
  request
    .on('data', (chunk) => (body += chunk))
    .on('end', () =>
      response.writeHead(202, { 'x-method': request.method }).end(`${request.headers['content-type']} ${body}`),
    );
};

test('post returns the status, the headers and the beginning of the body', async () => {
  const url = await listen(echo);
  client = new Client();
  expect(await client.post(`${url}/events`, 'é', { 'content-type': 'text/x' })).toMatchObject({
    status: 202,
    headers: { 'x-method': 'POST' },
    body: 'text/x é',
  });
  expect((await client.post(url, 'x'.repeat(100_000))).body).toHaveLength(4_096);
});

/** A clock that only moves when `pass` is called. */
function clock(): { pass: (milliseconds: number) => void } {
  let now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  return { pass: (milliseconds) => void (now += milliseconds) };
}

test('a connection is reused for many requests until its lifetime ends', async () => {
  const url = await listen(echo);
  const { pass } = clock();
  client = new Client();
  for (let n = 0; n < 20; n++) await client.post(url, 'a');
  pass(29);
  await client.post(url, 'a');
  expect(connections).toHaveLength(1);
  pass(1);
  await client.post(url, 'a');
  expect(connections).toHaveLength(2);
  expect(connections[0]?.destroyed || connections[0]?.readableEnded).toBe(true);
});

test('with n open connections, each lives n times as long, so the rate of new connections stays the same', async () => {
  const url = await listen(echo);
  const { pass } = clock();
  client = new Client({ lifeMs: 100 });
  const five = () => Promise.all(Array.from({ length: 5 }, () => client.post(url, 'a')));
  await five();
  expect(connections).toHaveLength(5);
  pass(499);
  await five();
  expect(connections).toHaveLength(5);
  pass(1);
  await five();
  expect(connections).toHaveLength(10);
});

test('a busy connection at the end of its lifetime finishes its request first', async () => {
  const waiting: (() => void)[] = [];
  const url = await listen((_, response) => void waiting.push(() => response.end('late')));
  const { pass } = clock();
  client = new Client({ lifeMs: 100 });
  const busy = client.post(url, 'a');
  await until(() => waiting.length === 1);
  pass(100);
  const other = client.post(url, 'b');
  await until(() => waiting.length === 2);
  for (const answer of waiting) answer();
  expect([(await busy).body, (await other).body]).toEqual(['late', 'late']);
  expect(connections).toHaveLength(2);
});

test('an idle connection that the server closed is replaced without an error', async () => {
  let requests = 0;
  const url = await listen((request, response) => {
    // Closes the connection when the second request arrives, like a server whose keep-alive timeout ended.
    if (++requests === 2) request.socket.destroy();
    else response.end('ok');
  });
  client = new Client({ lifeMs: 60_000 });
  await client.post(url, 'a');
  expect((await client.post(url, 'b')).body).toBe('ok');
  expect(requests).toBe(3);
});

test('a failure of a new connection is an error, without a retry', async () => {
  let requests = 0;
  const url = await listen((request) => {
    requests++;
    request.socket.destroy();
  });
  client = new Client();
  await expect(client.post(url, 'a')).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(requests).toBe(1);
});

test('a timeout is an error, before and after the beginning of the answer', async () => {
  const url = await listen((request, response) => void (request.url === '/begun' && response.write('beginning')));
  client = new Client({ timeoutMs: 200 });
  await expect(client.post(url, 'a')).rejects.toThrow('aborted');
  await expect(client.post(`${url}/begun`, 'a')).rejects.toThrow('aborted');
});

test('an incomplete answer is an error', async () => {
  const url = await listen((request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => request.socket.destroy(), 20);
  });
  client = new Client();
  await expect(client.post(url, 'a')).rejects.toThrow('aborted');
});

/** A server that hangs before it accepts connections. The kernel accepts a few, and then drops new ones silently. */
const SILENT = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
  require('node:fs').writeSync(1, String(this.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
})`;

test('a connection that does not open in time is an error with a code of its own', async () => {
  const hanging = spawn(process.execPath, ['-e', SILENT], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sockets: Socket[] = [];
  try {
    const [port] = (await once(hanging.stdout, 'data')) as [Buffer];
    for (let i = 0; i < 4; i++) sockets.push(connect(Number(port), '127.0.0.1').on('error', () => undefined));
    client = new Client({ timeoutMs: 20_000, connectMs: 300 });
    await until(() => sockets.filter(({ connecting }) => !connecting).length >= 2);
    await expect(client.post(`http://127.0.0.1:${port.toString()}`, 'a')).rejects.toMatchObject({
      code: 'ECONNECTTIMEOUT',
      message: 'no connection in 300 ms',
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    hanging.kill('SIGKILL');
  }
});

test('an answer can take longer than opening the connection', async () => {
  const url = await listen((_, response) => void setTimeout(() => response.end('ok'), 150));
  client = new Client({ connectMs: 50 });
  expect((await client.post(url, 'a')).body).toBe('ok');
});

test('a refused connection is an error', async () => {
  const url = await listen(echo);
  client = new Client();
  await new Promise((resolve) => server.close(resolve));
  await expect(client.post(url, 'a')).rejects.toThrow('ECONNREFUSED');
  await listen(echo);
});
