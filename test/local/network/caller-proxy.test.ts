import { createServer, request, type Server } from 'node:http';
import { connect } from 'node:net';
import { callerProxy } from '../../../src/local/network/caller-proxy';
import { listen } from '../../../src/local/network/ports';

const servers: Server[] = [];
const open = (server: Server): Promise<number> => {
  servers.push(server);
  return listen(server, 0);
};
let [proxy, outside] = [0, 0];

beforeAll(async () => {
  const named = (name: string) =>
    createServer((incoming, response) => {
      incoming
        .resume()
        .on('end', () => response.end(`${name} ${incoming.method} ${incoming.url} ${incoming.headers.host}`));
    });
  const cart = await open(named('cart'));
  outside = await open(named('outside'));
  const names = { cart: { 80: cart, '*': 1 }, hidden: { '*': 1 } };
  proxy = await open(
    callerProxy({ listens: '127.0.0.1', names, refuse: ({ host, port }) => `not declared: ${host}:${port}` }),
  );
});
afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

/** A request as a program with HTTP_PROXY sends it. */
function through(url: string, method = 'GET'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(url);
    request({ port: proxy, path: url, method, headers: { host }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    })
      .on('error', reject)
      .end(method === 'POST' ? 'body' : undefined);
  });
}

test('a declared call', async () => {
  expect(await through('http://cart/items?x=1', 'POST')).toEqual({ status: 200, text: 'cart POST /items?x=1 cart' });
  expect((await through('http://CART:80/')).status).toBe(200);
});

test.each([
  ['http://hidden/', 'hidden:80'],
  ['http://cart:9000/', 'cart:9000'],
])('%s is not declared', async (url, called) => {
  expect(await through(url)).toEqual({ status: 403, text: `not declared: ${called}\n` });
});

test('a host outside of the charts', async () => {
  expect((await through(`http://127.0.0.1:${outside}/path`)).text).toMatch(/^outside GET \/path /);
  expect((await through('http://127.0.0.1:1/')).status).toBe(502);
});

test('a request without a URL is a call by name that is not declared', async () => {
  const answer = await fetch(`http://127.0.0.1:${proxy}/`);
  expect([answer.status, await answer.text()]).toEqual([403, `not declared: 127.0.0.1:${proxy}\n`]);
});

/** What a tunnel to this address answers to a request. */
async function tunnel(address: string): Promise<string> {
  const socket = connect(proxy, '127.0.0.1');
  socket.write(`CONNECT ${address} HTTP/1.1\r\nhost: ${address}\r\n\r\n`);
  socket.once('data', () => socket.write('GET /in HTTP/1.1\r\nhost: any\r\nconnection: close\r\n\r\n'));
  let text = '';
  for await (const part of socket.setEncoding('utf8')) text += String(part);
  return text;
}

test('a tunnel to a declared call, and to another one', async () => {
  expect(await tunnel('cart:80')).toMatch(/^HTTP\/1\.1 200 Connection established[^]*cart GET \/in any$/);
  expect(await tunnel('hidden:443')).toMatch(/^HTTP\/1\.1 403 Forbidden[^]*not declared: hidden:443\n$/);
});
