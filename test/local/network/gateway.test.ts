import { createServer, request } from 'node:http';
import { Gateway, Image, Microservice, type GatewayOptions } from '../../../src/index';
import { LocalGateway } from '../../../src/local/network/gateway';
import { HttpProxy } from '../../../src/local/network/http-proxy';
import { listen } from '../../../src/local/network/ports';
import { Upstream } from '../../../src/local/network/upstream';
import { chart } from '../../constructs/render';

const closing: { close(): void; closeAllConnections(): void }[] = [];
const proxy = new HttpProxy();
afterEach(() => {
  for (const server of closing.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});
afterAll(() => proxy.close());

type Parts = Record<'web' | 'api' | 'admin', Microservice>;

/** A gateway in front of programs that answer with their name. */
async function opened(options: (parts: Parts) => GatewayOptions) {
  let gateway: Gateway | undefined;
  chart((scope) => {
    const part = (name: string) => new Microservice(scope, name, { image: Image.of('shop/any:1') });
    const parts = { web: part('web'), api: part('api'), admin: part('admin') };
    gateway = new Gateway(scope, 'gate', { controllerNamespace: 'traefik', ...options(parts) });
  });
  const upstreams = new Map<string, Upstream>();
  for (const name of ['web', 'api', 'admin']) {
    const server = createServer((incoming, response) => {
      response.setHeader('x-forwarded', String(incoming.headers['x-forwarded-host']));
      incoming.resume().on('end', () => response.end(name));
    });
    closing.push(server);
    const upstream = new Upstream(name);
    upstream.ports = [await listen(server, 0)];
    upstreams.set(name, upstream);
  }
  const local = new LocalGateway([gateway!], proxy, (target) => upstreams.get(target.name));
  closing.push(local.server);
  const port = await listen(local.server, 0);
  return {
    names: local.names,
    ask: (path: string, host = 'localhost', more: { method?: string; headers?: object; body?: string } = {}) =>
      new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
        const { body, method = 'GET', headers } = more;
        request({ host: '127.0.0.1', port, path, method, agent: false, headers: { host, ...headers } }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
        })
          .on('error', reject)
          .end(body);
      }),
  };
}

const ROUTES = ({ web, api }: Parts): GatewayOptions => ({ routes: { '/': web, '/api': api } });

test.each([
  ['/', 'web'],
  ['/any/path', 'web'],
  ['/api', 'api'],
  ['/api/posts?x=/', 'api'],
  ['/apis', 'web'],
])('the longest path wins: %s goes to %s', async (path, expected) => {
  const { ask } = await opened(ROUTES);
  expect(await ask(path, 'any.example.com')).toMatchObject({ status: 200, text: expected });
});

test('a host has its own routes, and a wildcard covers the rest of its domain', async () => {
  const { ask, names } = await opened(({ web, api, admin }) => ({
    hosts: {
      'shop.localhost': { routes: { '/': web } },
      'api.shop.localhost': { routes: { '/v1': api } },
      '*.shop.localhost': { routes: { '/': admin } },
    },
  }));
  expect(names).toEqual(['shop.localhost', 'api.shop.localhost']);
  expect((await ask('/', 'shop.localhost:8080')).text).toBe('web');
  expect((await ask('/v1', 'API.shop.localhost')).text).toBe('api');
  expect((await ask('/', 'any.shop.localhost')).text).toBe('admin');
  expect(await ask('/', 'api.shop.localhost')).toMatchObject({ status: 404, text: 'No route has this path.\n' });
  expect(await ask('/', 'localhost')).toMatchObject({
    status: 404,
    text: 'No gateway has this host. Use shop.localhost or api.shop.localhost.\n',
  });
});

test('an address is the first host', async () => {
  const two = await opened(({ web, api }) => ({
    hosts: { 'shop.localhost': { routes: { '/': web } }, 'api.localhost': { routes: { '/': api } } },
  }));
  expect((await two.ask('/', '127.0.0.1:8080')).text).toBe('web');
  expect((await two.ask('/', 'api.localhost:8080')).text).toBe('api');
});

test('a single host is also reached as localhost, and the program sees the host of the browser', async () => {
  const { ask } = await opened(({ web }) => ({ host: 'shop.example.com', routes: { '/': web } }));
  expect(await ask('/', '127.0.0.1:80')).toMatchObject({ text: 'web', headers: { 'x-forwarded': '127.0.0.1:80' } });
});

test('CORS: an allowed origin, another one, and a preflight', async () => {
  const { ask } = await opened((parts) => ({
    ...ROUTES(parts),
    controller: 'traefik',
    cors: { origins: ['https://app.example.com'], credentials: true, exposedHeaders: ['x-total'], maxAge: 60 },
  }));
  const from = (origin: string) => ({ headers: { origin } });
  expect((await ask('/', 'localhost', from('https://app.example.com'))).headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example.com',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'x-total',
    vary: 'Origin',
  });
  expect((await ask('/', 'localhost', from('https://evil.example.com'))).headers).not.toHaveProperty(
    'access-control-allow-origin',
  );
  const preflight = await ask('/api', 'localhost', {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example.com', 'access-control-request-method': 'PUT' },
  });
  expect(preflight).toMatchObject({ status: 204, text: '', headers: { 'access-control-max-age': '60' } });
  expect(preflight.headers['access-control-allow-methods']).toContain('PUT');
  expect(preflight.headers['access-control-allow-headers']).toContain('Content-Type');
});

test('CORS for every origin', async () => {
  const { ask } = await opened((parts) => ({ ...ROUTES(parts), controller: 'traefik', cors: { origins: ['*'] } }));
  const { headers } = await ask('/', 'localhost', { headers: { origin: 'https://any.example.com' } });
  expect(headers).toMatchObject({ 'access-control-allow-origin': '*' });
  expect(headers).not.toHaveProperty('vary');
});

test('a body over the limit', async () => {
  const { ask } = await opened((parts) => ({ ...ROUTES(parts), controller: 'traefik', maxBody: '1Ki' }));
  const post = (length: number) => ask('/', 'localhost', { method: 'POST', body: 'x'.repeat(length) });
  expect((await post(1_024)).status).toBe(200);
  expect(await post(1_025)).toMatchObject({ status: 413, text: 'The body is larger than 1024 bytes.\n' });
});
