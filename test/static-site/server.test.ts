import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ask, release, useSites } from './site';

// Each test starts a process, and the machine may be busy.
jest.setTimeout(240_000);

/** A second loopback address: Linux has all of 127.0.0.0/8, and other systems have the IPv6 address. */
const OTHER = networkInterfaces().lo !== undefined ? '127.0.0.2' : '::1';
const sites = useSites();
const MAIN = '/assets/index-B1xK3d9a.js';
const FOR_EVER = 'public, max-age=31536000, immutable';

async function serve(files: Record<string, string> = {}, env: Record<string, string> = {}) {
  const { url, child } = await sites.start(await sites.image(sites.page({ ...release(1), ...files })), env);
  return { child, url, get: (path: string, headers = {}, method = 'GET') => ask(url, path, headers, method) };
}

test('assets are cached forever, and everything else is revalidated with each request', async () => {
  const { get } = await serve({ 'robots.txt': 'all', 'assets/logo.svg': '<svg/>' });
  expect((await get(MAIN)).headers).toMatchObject({
    'cache-control': FOR_EVER,
    'content-type': 'text/javascript; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  for (const path of ['/', '/index.html', '/robots.txt', '/assets/logo.svg']) {
    const { status, headers } = await get(path);
    expect([path, status, headers['cache-control']]).toEqual([path, 200, 'no-cache']);
    expect(await get(path, { 'if-none-match': `W/"other", W/${headers.etag}` })).toMatchObject({
      status: 304,
      body: Buffer.of(),
      headers: { etag: headers.etag, 'cache-control': 'no-cache' },
    });
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  }
});

test('a file is sent in the smallest accepted encoding, and each encoding has its own ETag', async () => {
  const { get } = await serve();
  const plain = await get(MAIN);
  const [br, zipped] = [
    await get(MAIN, { 'accept-encoding': 'gzip, deflate, br' }),
    await get(MAIN, { 'accept-encoding': 'gzip;q=0.5, br;q=0' }),
  ];
  expect([plain, br, zipped].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip']);
  expect([brotliDecompressSync(br.body), gunzipSync(zipped.body)]).toEqual([plain.body, plain.body]);
  expect(br.body.length).toBeLessThan(plain.body.length / 4);
  expect(new Set([plain, br, zipped].map(({ headers }) => headers.etag)).size).toBe(3);
  expect(
    [plain, br, zipped].map(({ headers, body }) => [headers.vary, Number(headers['content-length']) === body.length]),
  ).toEqual([
    ['accept-encoding', true],
    ['accept-encoding', true],
    ['accept-encoding', true],
  ]);
  const head = await get(MAIN, { 'accept-encoding': 'br' }, 'HEAD');
  expect([head.body.length, head.headers]).toEqual([0, { ...br.headers, date: expect.any(String) }]);
});

test('client-side routes return the page, and missing files return 404', async () => {
  const { get } = await serve();
  for (const headers of [{}, { accept: 'text/html' }, { 'sec-fetch-mode': 'navigate', accept: 'text/html' }]) {
    const { status, headers: answered, body } = await get('/posts/17?tab=comments', headers);
    expect([status, answered['cache-control'], body.toString()]).toEqual([
      200,
      'no-cache',
      expect.stringContaining('Release 1'),
    ]);
  }
  for (const [path, headers] of [
    ['/assets/index-B0xK3d9a.js', {}],
    ['/picture.png', {}],
    ['/api', {}],
    ['/api/posts', { accept: 'text/html' }],
    ['/posts/17', { 'sec-fetch-mode': 'cors' }],
    ['/posts/17', { accept: 'application/json' }],
  ] as const) {
    expect([path, await get(path, headers)]).toMatchObject([
      path,
      { status: 404, headers: { 'cache-control': 'no-store' } },
    ]);
  }
  expect((await get('/apis')).status).toBe(200);
});

test('without a fallback, only files are served, and 404.html replaces the error text', async () => {
  const { get } = await serve({ '404.html': 'nothing here' }, { SITE_FALLBACK: '' });
  expect(await get('/posts/17')).toMatchObject({ status: 404, body: Buffer.from('nothing here') });
});

test('folders, and pages without their extension', async () => {
  const { get } = await serve({ 'docs/index.html': 'docs', 'about.html': 'about', 'with space.html': 'space' });
  expect(await get('/docs?a=1')).toMatchObject({ status: 308, headers: { location: '/docs/?a=1' } });
  expect((await get('/docs/')).body.toString()).toBe('docs');
  expect((await get('/about')).body.toString()).toBe('about');
  expect((await get('/with%20space')).body.toString()).toBe('space');
});

test('range requests', async () => {
  const { get } = await serve({ 'film.mp4': '0123456789' });
  const part = async (range: string, more = {}) => {
    const { status, headers, body } = await get('/film.mp4', { range, 'accept-encoding': 'br', ...more });
    return [status, headers['content-range'], body.toString()];
  };
  expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
  expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
  expect(await part('bytes=-2')).toEqual([206, 'bytes 8-9/10', '89']);
  expect(await part('bytes=5-99')).toEqual([206, 'bytes 5-9/10', '56789']);
  expect(await part('bytes=10-')).toEqual([416, 'bytes */10', '']);
  for (const range of ['bytes=-', 'lines=1-2', 'bytes=1-2,4-5'])
    expect(await part(range)).toEqual([200, undefined, '0123456789']);
  expect(await part('bytes=2-4', { 'if-range': '"other"' })).toEqual([200, undefined, '0123456789']);
});

test('no path reaches other files, and other methods are rejected', async () => {
  const { get } = await serve({ '.env': 'SECRET=1', '.well-known/security.txt': 'mail us' }, { SITE_FALLBACK: '' });
  for (const path of [
    '/../site.json',
    '/%2e%2e/site.json',
    '/..%2fsite.json',
    '//etc/passwd',
    '/.env',
    '/assets',
    '/__proto__',
    '/files/index.html',
  ])
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  expect((await get('/%')).status).toBe(400);
  expect((await get('/.well-known/security.txt')).body.toString()).toBe('mail us');
  for (const method of ['POST', 'DELETE'])
    expect(await get('/', {}, method)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
});

test('custom headers are in every response', async () => {
  const { get } = await serve(
    {},
    { SITE_HEADERS: JSON.stringify({ 'content-security-policy': "default-src 'self'" }) },
  );
  for (const path of ['/', MAIN, '/none.js'])
    expect((await get(path)).headers['content-security-policy']).toBe("default-src 'self'");
});

test('the server becomes ready after a delay, and ends after the open requests', async () => {
  const { get, child, url } = await serve({}, { SITE_SETTLE_MS: '600000' });
  expect([(await get('/healthz/live')).status, (await get('/healthz/ready')).status, (await get('/')).status]).toEqual([
    200, 503, 200,
  ]);
  // Nothing waits for a spare connection of a gateway.
  const spare = await connectionTo(url);
  const settled = await serve();
  while ((await settled.get('/healthz/ready')).status !== 200) await sleep(20);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  spare.destroy();
});

test('a connection without a byte is kept for its first request, and a slow request gets 408', async () => {
  const { url } = await serve();
  const [spare, slow] = [await connectionTo(url), await connectionTo(url)];
  slow.write('GET / HTTP');
  let answer = '';
  slow.on('data', (text: string) => (answer += text));
  await once(slow, 'end');
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  spare.write('GET /healthz/live HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(await once(spare, 'data')).toEqual([expect.stringMatching(/^HTTP\/1\.1 200 /)]);
  spare.destroy();
});

async function connectionTo(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), new URL(url).hostname).setEncoding('utf8');
  await once(socket, 'connect');
  return socket;
}

test('the server also returns assets of other replicas, whose release can differ', async () => {
  const newer = await sites.start(await sites.image(sites.page(release(2))), { HOST: '127.0.0.1' });
  const older = await sites.start(await sites.image(sites.page(release(1))), {
    HOST: OTHER,
    PORT: String(newer.port),
    SITE_PEERS: 'localhost',
  });
  const get = (path: string, headers = {}) => ask(older.url, path, headers);
  const asset = await get('/assets/index-B2xK3d9a.js', { 'accept-encoding': 'br' });
  expect(asset).toMatchObject({ status: 200, headers: { 'cache-control': FOR_EVER, 'content-encoding': 'br' } });
  expect(brotliDecompressSync(asset.body).toString()).toContain('more-B2xK3d9a.js');
  expect(
    (await get('/assets/index-B2xK3d9a.js', { 'if-none-match': String(asset.headers.etag), 'accept-encoding': 'br' }))
      .status,
  ).toBe(304);
  // No replica has the first file. Pages never come from another replica. A request from a replica is not forwarded.
  expect((await get('/assets/index-B3xK3d9a.js')).status).toBe(404);
  expect((await get('/')).body.toString()).toContain('Release 1');
  expect((await get('/assets/index-B2xK3d9a.js', { 'x-site-peer': '1' })).status).toBe(404);
});

describe('another replica that is slow', () => {
  const PATH = '/assets/index-B2xK3d9a.js';
  let asked = 0;
  const peers: Server[] = [];
  afterEach(() => {
    for (const peer of peers.splice(0)) {
      peer.close();
      peer.closeAllConnections();
    }
  });

  /** The server, next to a replica that does something else. */
  async function besides(listener: RequestListener): Promise<(path: string) => ReturnType<typeof ask>> {
    asked = 0;
    const peer = createServer((request, response) => {
      asked++;
      listener(request, response);
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', () => resolve()));
    peers.push(peer);
    const { port } = peer.address() as AddressInfo;
    const env = { HOST: OTHER, PORT: String(port), SITE_PEERS: 'localhost' };
    const { url } = await sites.start(await sites.image(sites.page(release(1))), env);
    return (path) => ask(url, path);
  }

  test('is waited for', async () => {
    const get = await besides((_, response) => setTimeout(() => response.end('late'), 1_500));
    expect(await get(PATH)).toMatchObject({ status: 200, body: Buffer.from('late') });
    expect(asked).toBe(1);
  });

  test.each([
    ['does not answer', () => undefined],
    ['closes the connection', (_: IncomingMessage, response: ServerResponse) => response.destroy()],
    ['has an internal error', (_: IncomingMessage, response: ServerResponse) => response.writeHead(500).end()],
  ])('is asked again if it %s', async (_, first) => {
    const get = await besides((request, response) => {
      if (asked === 1) first(request, response);
      else response.end('second');
    });
    expect(await get(PATH)).toMatchObject({ status: 200, body: Buffer.from('second') });
  });

  test('does not make a file missing', async () => {
    const get = await besides(() => undefined);
    expect(await get(PATH)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  }, 20_000);

  test('is not asked again if it says that it has no such file', async () => {
    const get = await besides((_, response) => response.writeHead(404).end());
    expect((await get(PATH)).status).toBe(404);
    expect(asked).toBe(1);
  });
});

test('a replica that has ended does not delay the response', async () => {
  const peer = createServer();
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', () => resolve()));
  const { port } = peer.address() as AddressInfo;
  await new Promise((resolve) => peer.close(resolve));
  const { get } = await serve({}, { HOST: OTHER, PORT: String(port), SITE_PEERS: 'localhost' });
  expect((await get('/assets/index-B2xK3d9a.js')).status).toBe(404);
});

test('an unknown name of the other replicas does not delay the response', async () => {
  const { get } = await serve({}, { SITE_PEERS: 'none.invalid' });
  expect((await get('/assets/index-B2xK3d9a.js')).status).toBe(404);
});
