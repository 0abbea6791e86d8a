import { get } from '../support/http.ts';
import { startProcess } from '../support/process.ts';
import type { ServiceProcess } from '../support/process.ts';

let web: ServiceProcess;
beforeAll(async () => {
  web = await startProcess('services/web/main.ts');
});
test.each([
  ['/', 'text/html; charset=utf-8', '<!doctype html>'],
  ['/page.js', 'text/javascript; charset=utf-8', 'import'],
  ['/style.css', 'text/css; charset=utf-8', ':root'],
  ['/icon.svg', 'image/svg+xml', '<svg'],
])('%s is served with its type and strict headers, and with 304 if nothing changed', async (path, type, begin) => {
  const reply = await get(web.url + path);
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, type]);
  expect(reply.body).toMatch(begin);
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  expect(reply.headers.get('cache-control')).toBe('no-cache');
  const policy = reply.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect((await get(web.url + path, { 'if-none-match': reply.headers.get('etag') as string })).status).toBe(304);
});

test('HEAD is answered without a body', async () => {
  const reply = await fetch(web.url, { method: 'HEAD' });
  expect([reply.status, reply.headers.get('content-type'), await reply.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '',
  ]);
});

test.each([
  '/index.html',
  '/main.ts',
  '/../main.ts',
  '/%2e%2e/main.ts',
  '/..%2fmain.ts',
  '/public/page.js',
  '//etc/passwd',
  '/page.js%00.html',
  '/.',
])('%s is answered with 404', async (path) => {
  // fetch would normalize the path.
  const { hostname, port } = new URL(web.url);
  const { request } = await import('node:http');
  const status = await new Promise((resolve, reject) => {
    request({ hostname, port, path }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });
  expect(status).toBe(404);
});

test('requests for the API that the gateway sends here get 503 with Retry-After, and all other paths 404', async () => {
  const routed = await startProcess('services/web/main.ts', { API_PATHS: '/api/posts,/api/comments' });
  const ask = async (path: string, method = 'GET') => {
    const reply = await fetch(routed.url + path, { method });
    const { error } = (await reply.json()) as { error: { code: string; message: string } };
    return [reply.status, reply.headers.get('retry-after'), error.code, error.message];
  };
  const refused = [503, '1', 'unavailable', 'the service behind /api/posts is unavailable'];
  expect(await ask('/api/posts', 'POST')).toEqual(refused);
  expect(await ask('/api/posts/1?a=b')).toEqual(refused);
  expect((await ask('/api/comments/1', 'POST'))[0]).toBe(503);
  for (const path of ['/api/postscript', '/api/query', '/posts']) expect((await ask(path))[0]).toBe(404);
  expect((await get(routed.url)).status).toBe(200);
});

test('the page contains nothing that its content security policy forbids', async () => {
  const { body } = await get(web.url);
  expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:\/\//i);
});
