import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { Type } from '../../../services/common/schema.ts';
import { HttpError, Unavailable } from '../../../services/common/errors.ts';
import { Health } from '../../../services/common/health.ts';
import { createLog } from '../../../services/common/log.ts';
import { createMetrics } from '../../../services/common/metrics.ts';
import { Servers } from '../../../services/common/servers.ts';
import { get, post, postRaw, sendSlowly } from '../support/http.ts';
import { memoryInUse } from '../support/memory.ts';
import { until } from '../support/service.ts';

const limits = { headersMs: 500, requestMs: 700, handlerMs: 2_000, idleMs: 2_100 };
const lines: Record<string, unknown>[] = [];
const health = new Health();
let servers: Servers;
let url: string;

beforeAll(async () => {
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      for (const line of chunk.toString('utf8').trim().split('\n')) lines.push(JSON.parse(line));
      done();
    },
  });
  const parts = { log: createLog('test', 'info', destination), metrics: createMetrics('test'), health, limits };
  servers = new Servers(parts, { PORT: 0 });
  const { app } = servers;
  const body = Type.Object({ text: Type.String() }, { additionalProperties: false });
  app.post('/echo', { schema: { body } }, async (request) => request.body);
  app.post('/any', async (request) => ({ got: typeof request.body }));
  app.get('/big', async (_, reply) => reply.send(Buffer.alloc(64 * 1024 * 1024)));
  app.get('/never', () => new Promise(() => undefined));
  app.get('/bug', async () => {
    throw new Error('password=hunter2');
  });
  app.get('/away', async () => {
    throw new Unavailable('not now', new Error('why'), 7);
  });
  app.get('/teapot', async () => {
    throw new HttpError(418, 'teapot', 'short and stout');
  });
  url = `http://127.0.0.1:${(await servers.listen('127.0.0.1')).port}`;
});
afterAll(() => servers.close());
beforeEach(() => void lines.splice(0));

describe('requests', () => {
  const sized = (bytes: number) => JSON.stringify({ text: 'x'.repeat(bytes - JSON.stringify({ text: '' }).length) });

  test('a body of 64 KiB is accepted, one byte more is refused, with and without Content-Length', async () => {
    expect((await postRaw(`${url}/echo`, sized(64 * 1024))).status).toBe(200);
    const tooLarge = await postRaw(`${url}/echo`, sized(64 * 1024 + 1));
    expect([tooLarge.status, tooLarge.body.error.code]).toEqual([413, 'too_large']);
    const stream = new Blob([sized(64 * 1024 + 1)]).stream();
    const chunked = await fetch(`${url}/echo`, {
      method: 'POST',
      body: stream,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    } as never);
    expect(chunked.status).toBe(413);
  });

  test.each([
    ['malformed JSON', '{"text": ', 400, 'malformed_json'],
    ['an empty body', '', 400, 'empty_body'],
    ['a wrong type', '{"text": 5}', 400, 'invalid'],
    ['a missing field', '{}', 400, 'invalid'],
    ['an additional field', '{"text": "a", "more": 1}', 400, 'invalid'],
    ['__proto__', '{"text": "a", "__proto__": {"admin": true}}', 400, 'forbidden_key'],
    ['depth 10,000', '['.repeat(10_000) + ']'.repeat(10_000), 400, 'too_deep'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xc3, 0x28, 0x7d]), 400, 'invalid_utf8'],
    ['NUL', '{"text": "\\u0000"}', 422, 'invalid_text'],
  ])('an invalid body is refused: %s', async (_, body, status, code) => {
    const reply = await postRaw(`${url}/echo`, body);
    expect([reply.status, reply.body.error.code]).toEqual([status, code]);
    expect(reply.body.error.message).toMatch(/^[^\n]{5,200}$/);
  });

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense'])(
    'a body of type %s is refused',
    async (type) => {
      const reply = await postRaw(`${url}/any`, '{}', { 'content-type': type });
      expect([reply.status, reply.body.error.code]).toEqual([415, 'unsupported_media_type']);
    },
  );

  test.each([
    ['not HTTP', 'hello\r\n\r\n', '400 Bad Request'],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
    ],
    [
      'two Content-Length headers',
      'POST /any HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
      '400 Bad Request',
    ],
    [
      'Content-Length and chunks',
      'POST /any HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400 Bad Request',
    ],
    ['an invalid path', 'GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', '400 Bad Request'],
  ])('an invalid request is refused: %s', async (_, bytes, status) => {
    const { answer } = await sendSlowly(url, [bytes], 1);
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] as string)).toEqual({
      error: { code: expect.any(String), message: expect.any(String) },
    });
  });

  test('thousands of hostile bodies do not increase the memory in use', async () => {
    const bodies = [
      sized(64 * 1024 + 1),
      '['.repeat(65_000),
      `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      `"${'\\ud800'.repeat(10_000)}"`,
    ];
    const flood = async (count: number) => {
      for (let sent = 0; sent < count; sent += 20) {
        const replies = await Promise.all(
          Array.from({ length: 20 }, (_, index) => postRaw(`${url}/any`, bodies[index % 4] as string)),
        );
        // On a busy machine, a body can be too slow for the short limits of this server: 408.
        expect(replies.map(({ status }) => status).filter((status) => ![400, 408, 413, 422].includes(status))).toEqual(
          [],
        );
      }
    };
    await flood(300);
    lines.splice(0);
    const before = memoryInUse();
    await flood(1_000);
    lines.splice(0);
    // The memory of closed connections is released a little later.
    await until(
      () => memoryInUse() - before < 16 * 1024 * 1024,
      'the memory in use grew by less than a quarter of what was sent',
    );
  });
});

describe('slow clients', () => {
  test('a client that sends one byte at a time gets 408', async () => {
    const head = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n';
    const { answer } = await sendSlowly(url, [head, ...'x'.repeat(1_000)], 100);
    expect(answer).toContain('408 Request Timeout');
  });

  test('a client that never ends its headers gets 408', async () => {
    const { answer } = await sendSlowly(url, ['GET / HTTP/1.1\r\n', ...'X-Header: x'.repeat(200)], 50);
    expect(answer).toContain('408 Request Timeout');
  });

  test('a connection without a byte is kept for its first request, and only then has the limits of a request', async () => {
    const closed = new Promise<void>((resolve) =>
      servers.app.server.once('connection', (socket: Socket) => socket.once('close', () => resolve())),
    );
    const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8');
    let answer = '';
    socket.on('data', (text: string) => (answer += text));
    await setTimeout(limits.idleMs + 600);
    expect([answer, socket.readyState]).toEqual(['', 'open']);
    socket.write('GET /teapot HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => answer.includes('stout'), 'the answer arrives');
    expect(answer).toMatch(/^HTTP\/1\.1 418 /);
    socket.write('GET /tea');
    await closed;
    expect(answer).toContain('408 Request Timeout');
  });

  test('a client that does not read its answer is disconnected', async () => {
    const closed = new Promise((resolve) =>
      servers.app.server.once('connection', (socket: Socket) => socket.once('close', resolve)),
    );
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
    socket.write('GET /big HTTP/1.1\r\nHost: a\r\n\r\n');
    await closed;
    expect(socket.bytesRead).toBeLessThan(64 * 1024 * 1024);
    socket.destroy();
  });

  test('a request that the service does not answer in time gets 503', async () => {
    const reply = await get(`${url}/never`);
    expect([reply.status, reply.body.error.code, reply.headers.get('retry-after')]).toEqual([503, 'timeout', '1']);
  });
});

describe('answers and logs', () => {
  test('errors have one format and reveal no internals', async () => {
    expect(await get(`${url}/bug`)).toMatchObject({
      status: 500,
      body: { error: { code: 'internal', message: 'internal server error' } },
    });
    expect(await get(`${url}/teapot`)).toMatchObject({
      status: 418,
      body: { error: { code: 'teapot', message: 'short and stout' } },
    });
    expect(await get(`${url}/nowhere?x=1`)).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found', message: 'no such route: GET /nowhere' } },
    });
    const away = await get(`${url}/away`);
    expect([away.status, away.headers.get('retry-after'), away.body.error.message]).toEqual([503, '7', 'not now']);
  });

  test('a leading /api is ignored', async () => {
    expect((await post(`${url}/api/echo`, { text: 'a' })).status).toBe(200);
    expect((await get(`${url}/api`)).status).toBe(404);
    expect((await get(`${url}/apiecho`)).body.error.message).toBe('no such route: GET /apiecho');
  });

  test('a valid request id is kept, an invalid one is replaced', async () => {
    expect((await get(`${url}/teapot`, { 'x-request-id': 'abc-1.2_3' })).headers.get('x-request-id')).toBe('abc-1.2_3');
    for (const bad of ['a b', 'x'.repeat(65), '{"a":1}', '<b>']) {
      expect((await get(`${url}/teapot`, { 'x-request-id': bad })).headers.get('x-request-id')).toMatch(
        /^[0-9a-f-]{36}$/,
      );
    }
  });

  test('a request is one log line, without headers, query or body', async () => {
    await post(
      `${url}/echo?token=hunter2`,
      { text: 'hunter2' },
      { authorization: 'Bearer hunter2', 'x-request-id': 'one-line' },
    );
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        service: 'test',
        requestid: 'one-line',
        method: 'POST',
        path: '/echo',
        status: 200,
        ms: expect.any(Number),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  test('a failed request is one log line with the reason', async () => {
    await get(`${url}/away`);
    await get(`${url}/bug`);
    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', path: '/away', status: 503, reason: 'not now: Error: why' }),
      expect.objectContaining({
        level: 'error',
        path: '/bug',
        status: 500,
        err: expect.objectContaining({ message: 'password=hunter2' }),
      }),
    ]);
  });

  test('requests for health and metrics are not logged', async () => {
    for (const path of ['/healthz/live', '/healthz/ready', '/metrics'])
      expect((await get(url + path)).status).toBe(200);
    expect(lines).toEqual([]);
  });

  test('requests are counted by route, not by path', async () => {
    await get(`${url}/made-up-${Math.random()}`);
    const { body } = await get(`${url}/metrics`);
    expect(body).toContain(
      'http_request_duration_seconds_count{service="test",method="POST",route="/echo",status="200"}',
    );
    expect(body).toContain('route="unmatched",status="404"');
    expect(body).not.toContain('made-up');
  });
});

// The last test, because draining is permanent.
test('the readiness check reports the reasons, and draining is unready', async () => {
  let failure: Error | undefined = new Error('away');
  health.beforeReady('thing', async () => {
    if (failure) throw failure;
  });
  expect(await get(`${url}/healthz/ready`)).toMatchObject({
    status: 503,
    body: { status: 'unready', reasons: ['thing: away'] },
  });
  expect((await get(`${url}/healthz/live`)).status).toBe(200);
  failure = undefined;
  expect(await get(`${url}/healthz/ready`)).toMatchObject({ status: 200, body: { status: 'ready', reasons: [] } });
  // A check that has passed once is not repeated.
  failure = new Error('away again');
  expect((await get(`${url}/healthz/ready`)).status).toBe(200);
  health.drain();
  expect(await get(`${url}/healthz/ready`)).toMatchObject({ status: 503, body: { reasons: ['draining'] } });
  expect((await get(`${url}/healthz/live`)).status).toBe(200);
});

test('a check that does not answer counts as failed', async () => {
  const stuck = new Health(50);
  stuck.beforeReady('stuck', () => new Promise(() => undefined));
  expect(await stuck.readiness()).toEqual({ ready: false, reasons: ['stuck: no answer in 50 ms'] });
});
