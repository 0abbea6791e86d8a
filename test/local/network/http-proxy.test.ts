import { createServer, request, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Effect } from '../../../src/local/faults/fault-plan';
import { httpPort, tcpPort } from '../../../src/local/network/callee-port';
import { HttpProxy } from '../../../src/local/network/http-proxy';
import { freePort, listen } from '../../../src/local/network/ports';
import { Upstream } from '../../../src/local/network/upstream';

const servers: { close(): void; closeAllConnections?(): void }[] = [];
const proxy = new HttpProxy();
let calls = 0;
let effect: Effect | undefined;
beforeEach(() => {
  calls = 0;
  effect = undefined;
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections?.();
  }
});
afterAll(() => proxy.close());

async function program(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  return listen(server, 0);
}

/** The port of a proxy in front of programs. */
async function proxied(ports: readonly number[], maxBody?: number): Promise<{ port: number; upstream: Upstream }> {
  const upstream = new Upstream('cart');
  upstream.ports = ports;
  const server: Server =
    maxBody === undefined
      ? httpPort(upstream, proxy, { onCall: () => calls++, effect: () => effect })
      : createServer((incoming, response) => proxy.pass(incoming, response, { upstream, host: 'cart', maxBody }));
  servers.push(server);
  return { port: await listen(server, 0), upstream };
}

const echo =
  (name: string): RequestListener =>
  (incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (text: string) => (body += text));
    incoming.on('end', () => {
      response.setHeader('x-program', name);
      response.end(JSON.stringify({ method: incoming.method, url: incoming.url, host: incoming.headers.host, body }));
    });
  };

test('each ready replica gets requests in turn, with method, path, host and body', async () => {
  const { port } = await proxied([await program(echo('a')), await program(echo('b'))]);
  const names: (string | null)[] = [];
  for (let i = 0; i < 4; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/path?x=1`, { method: 'POST', body: 'some body' });
    names.push(answer.headers.get('x-program'));
    expect(await answer.json()).toEqual({ method: 'POST', url: '/path?x=1', host: 'cart', body: 'some body' });
  }
  expect(names.filter((name) => name === 'a')).toHaveLength(2);
  expect(names.filter((name) => name === 'b')).toHaveLength(2);
  expect(calls).toBe(4);
});

test('a replica that does not accept the connection is skipped, and the body is complete', async () => {
  const { port } = await proxied([await freePort(), await program(echo('b'))]);
  const body = 'x'.repeat(300_000);
  for (let i = 0; i < 4; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body });
    expect(((await answer.json()) as { body: string }).body).toBe(body);
  }
});

test('without a ready replica the answer is 503 with Retry-After', async () => {
  const { port } = await proxied([]);
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
    503,
    '1',
    'No replica of cart is ready.\n',
  ]);
});

test('a write is not repeated when the program closes the connection', async () => {
  let requests = 0;
  const { port } = await proxied([
    await program((incoming) => {
      requests++;
      incoming.socket.destroy();
    }),
    await program(echo('b')),
  ]);
  const answers = await Promise.all(
    [1, 2].map(() => fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 502]);
  expect(requests).toBe(1);
});

test('a body without a length is limited too', async () => {
  const { port } = await proxied([await program(echo('a'))], 1_000);
  const status = await new Promise((resolve, reject) => {
    const outgoing = request({ port, method: 'POST' }, (response) => resolve(response.resume().statusCode));
    outgoing.on('error', reject);
    outgoing.write('x'.repeat(900));
    setTimeout(() => outgoing.end('x'.repeat(900)), 50);
  });
  expect(status).toBe(413);
});

test('faults: an error and a cut answer', async () => {
  let received = 0;
  const { port } = await proxied([await program((_, response) => response.end(String(++received)))]);
  const post = () => fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' });
  effect = { error: 503 };
  expect((await post()).status).toBe(503);
  expect(received).toBe(0);
  effect = { cut: true };
  await expect(post()).rejects.toThrow('fetch failed');
  expect(received).toBe(1);
  effect = { delay: 1 };
  expect(await (await post()).text()).toBe('2');
});

test('a WebSocket passes', async () => {
  const server = createServer();
  servers.push(server);
  server.on('upgrade', (incoming, socket, head) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n');
    socket.write(`host ${incoming.headers.host} `);
    socket.write(head);
    socket.pipe(socket);
  });
  const { port } = await proxied([await listen(server, 0)]);
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  socket.write('GET /live HTTP/1.1\r\nhost: any\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\nhello');
  for (let i = 0; i < 100 && !received.includes('hello'); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  socket.destroy();
  expect(received).toMatch(/^HTTP\/1\.1 101 [^]*host cart hello$/);
});

test('a connection of another protocol passes, also its end', async () => {
  const { createServer: createTcpServer } = await import('node:net');
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.on('end', () => socket.end(text.toUpperCase()));
  });
  servers.push(server);
  const target = await listen(server, 0);
  const upstream = new Upstream('store');
  upstream.ports = [await freePort(), target];
  const front = tcpPort(upstream, { onCall: () => calls++ });
  servers.push(front);
  await listen(front, 0);
  const socket = connect({ port: (front.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end('hello');
  let received = '';
  for await (const part of socket.setEncoding('utf8')) received += String(part);
  expect(received).toBe('HELLO');
  expect(calls).toBe(1);
});
