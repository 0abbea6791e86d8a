import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
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

test('it posts and gives back the status, headers and the beginning of the answer', async () => {
  const url = await listen(echo);
  client = new Client();
  expect(await client.post(`${url}/events`, 'é', { 'content-type': 'text/x' })).toMatchObject({
    status: 202,
    headers: { 'x-method': 'POST' },
    body: 'text/x é',
  });
  expect((await client.post(url, 'x'.repeat(100_000))).body).toHaveLength(4_096);
});

/** A clock that stands still until it is told to go on. */
function clock(): { pass: (milliseconds: number) => void } {
  let now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  return { pass: (milliseconds) => void (now += milliseconds) };
}

test('one connection serves many requests, but not for longer than its life', async () => {
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

test('of n connections each lives n times as long, so that as many are made in a minute however many are open', async () => {
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

test('a busy connection past its life ends its request first', async () => {
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

test('a kept connection that the other side closed is replaced without an error', async () => {
  let requests = 0;
  const url = await listen((request, response) => {
    // Closes as the second request comes in, as a server does whose keep-alive time is over.
    if (++requests === 2) request.socket.destroy();
    else response.end('ok');
  });
  client = new Client({ lifeMs: 60_000 });
  await client.post(url, 'a');
  expect((await client.post(url, 'b')).body).toBe('ok');
  expect(requests).toBe(3);
});

test('a new connection that breaks is an error, at once', async () => {
  let requests = 0;
  const url = await listen((request) => {
    requests++;
    request.socket.destroy();
  });
  client = new Client();
  await expect(client.post(url, 'a')).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(requests).toBe(1);
});

test('no answer in time is an error, also when the answer has begun', async () => {
  const url = await listen((request, response) => void (request.url === '/begun' && response.write('beginning')));
  client = new Client({ timeoutMs: 200 });
  await expect(client.post(url, 'a')).rejects.toThrow('aborted');
  await expect(client.post(`${url}/begun`, 'a')).rejects.toThrow('aborted');
});

test('an answer that breaks off is an error', async () => {
  const url = await listen((request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => request.socket.destroy(), 20);
  });
  client = new Client();
  await expect(client.post(url, 'a')).rejects.toThrow('aborted');
});

test('nobody there is an error', async () => {
  const url = await listen(echo);
  client = new Client();
  await new Promise((resolve) => server.close(resolve));
  await expect(client.post(url, 'a')).rejects.toThrow('ECONNREFUSED');
  await listen(echo);
});
