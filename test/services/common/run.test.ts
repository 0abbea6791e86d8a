// The life of a process, tested from outside.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { useDatabase } from '../support/database.ts';
import { get, post, sendSlowly } from '../support/http.ts';
import { spawnProcess, startProcess } from '../support/process.ts';
import { startProxy } from '../support/proxy.ts';
import { until } from '../support/service.ts';

const fresh = useDatabase();
const slow = 'test/services/programs/slow.ts';
const messages = (logs: Record<string, unknown>[]) => logs.map((line) => line['msg']);

test.concurrent('after SIGTERM, a request of 5 s still gets 200, the shutdown runs in order, and the process exits with 0', async () => {
  const service = await startProcess(slow);
  const asked = get(`${service.url}/sleep/5000`);
  await sleep(1_000);
  service.child.kill('SIGTERM');
  // A second signal has no effect.
  service.child.kill('SIGTERM');
  const reply = await asked;
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual({ slept: '5000', ready: false });
  expect(reply.headers.get('connection')).toBe('close');
  expect(await service.ended).toBe(0);
  const order = [
    'listening',
    'ending',
    'idle connections closed',
    'stopped claiming',
    'leases released',
    'request',
    'database closed',
    'ended',
  ];
  expect(messages(service.logs).filter((message) => order.includes(message as string))).toEqual(order);
});

test.concurrent('after SIGTERM, new connections are refused, and idle connections do not delay the exit', async () => {
  const service = await startProcess(slow);
  const { port } = new URL(service.url);
  const idle = connect(Number(port), '127.0.0.1');
  await get(`${service.url}/sleep/0`);
  const asked = get(`${service.url}/sleep/3000`);
  await sleep(1_000);
  service.child.kill('SIGINT');
  await until(() => messages(service.logs).includes('ending'));
  await expect(fetch(`${service.url}/healthz/live`, { headers: { connection: 'close' } })).rejects.toThrow(
    'fetch failed',
  );
  expect((await asked).status).toBe(200);
  expect(await service.ended).toBe(0);
  idle.destroy();
});

test('a request that is still arriving at SIGTERM is handled completely', async () => {
  const service = await startProcess('services/posts/main.ts', {
    DATABASE_URL: fresh.url(),
    EVENT_BUS_URL: 'http://127.0.0.1:1',
  });
  const body = JSON.stringify({ title: 'Just in time' });
  const head = `POST /posts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const sent = sendSlowly(service.url, [head, ...body], 80);
  await sleep(1_000);
  service.child.kill('SIGTERM');
  expect((await sent).answer).toMatch(/^HTTP\/1.1 201 Created[^]*"title":"Just in time"/);
  expect(await service.ended).toBe(0);
});

test.concurrent('a client that never ends its request does not delay the exit for long', async () => {
  const service = await startProcess(slow, { DRAIN_SECONDS: '1' });
  // Sending everything would take longer than the timeout of the test.
  const dripping = sendSlowly(service.url, ['GET / HTTP/1.1\r\n', ...'X-Drip: x'.repeat(1_000)], 50);
  await sleep(200);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
  await dripping;
});

test.concurrent('if the shutdown hangs, the process exits with 1', async () => {
  const service = await startProcess(slow, { DRAIN_SECONDS: '1', STUCK: 'yes' });
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(1);
  expect(messages(service.logs)).toContain('database closed');
});

test('an invalid configuration ends the process at once, with the name of every invalid variable', async () => {
  const { ended, logs } = spawnProcess('services/comments/main.ts', {
    PORT: 'eighty',
    DATABASE_HOST: 'db',
    DATABASE_PASSWORD: 'hunter2',
  });
  expect(await ended).toBe(1);
  const [line] = logs;
  expect(logs).toHaveLength(1);
  expect(line).toMatchObject({ level: 'fatal', service: 'comments', msg: 'invalid configuration' });
  for (const name of ['PORT', 'DATABASE_NAME', 'DATABASE_USER', 'EVENT_BUS_URL'])
    expect(JSON.stringify(line)).toContain(name);
  expect(JSON.stringify(line)).not.toContain('hunter2');
});

test('a port that is in use ends the process with an error', async () => {
  const first = await startProcess('services/web/main.ts');
  const second = spawnProcess('services/web/main.ts', { PORT: new URL(first.url).port });
  expect(await second.ended).toBe(1);
  expect(second.logs.at(-1)).toMatchObject({ level: 'fatal', err: { code: 'EADDRINUSE' } });
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
});

test('without its database a service is live, unready, answers 503 and shuts down gracefully; with it, it works', async () => {
  const proxy = await startProxy(fresh.url());
  await proxy.cut();
  const env = { DATABASE_URL: proxy.url, EVENT_BUS_URL: 'http://127.0.0.1:1' };
  const [service, other] = await Promise.all([
    startProcess('services/comments/main.ts', env, 'listening'),
    startProcess('services/comments/main.ts', env, 'listening'),
  ]);
  const url = `${service.url}/comments/${crypto.randomUUID()}`;
  expect((await get(`${service.url}/healthz/live`)).status).toBe(200);
  expect((await get(`${service.url}/metrics`)).status).toBe(200);
  expect(await get(`${service.url}/healthz/ready`)).toMatchObject({
    status: 503,
    body: { status: 'unready', reasons: [expect.stringContaining('database')] },
  });
  const refused = await post(url, { content: 'a' });
  expect([refused.status, refused.body.error.code, refused.headers.get('retry-after')]).toEqual([
    503,
    'unavailable',
    '1',
  ]);
  other.child.kill('SIGTERM');
  expect(await other.ended).toBe(0);

  await proxy.restore();
  await until(async () => (await get(`${service.url}/healthz/ready`)).status === 200);
  expect((await post(url, { content: 'a' })).status).toBe(201);
  // All replicas share the database. If it becomes unavailable later, they stay ready and answer 503 themselves.
  await proxy.cut();
  expect((await post(url, { content: 'b' })).status).toBe(503);
  expect((await get(`${service.url}/healthz/ready`)).status).toBe(200);
  await proxy.restore();
  await until(async () => (await post(url, { content: 'c' })).status === 201);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
  await proxy.stop();
});
