import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../../../services/common/database.ts';
import { databaseVariables, readConfig, serviceVariables } from '../../../services/common/config.ts';
import { Idempotency, IDEMPOTENCY_TABLES } from '../../../services/common/idempotency.ts';
import { createLog } from '../../../services/common/log.ts';
import { createMetrics } from '../../../services/common/metrics.ts';
import type { Context } from '../../../services/common/run.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { postRaw } from '../support/http.ts';
import { startProxy } from '../support/proxy.ts';
import { startService, until } from '../support/service.ts';

const fresh = useDatabase();
const log = createLog('test', 'silent');
let database: Database;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await openDatabase(fresh.url(), 'keys', [IDEMPOTENCY_TABLES]);
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await database.close();
});
beforeEach(() => database.query('DELETE FROM idempotency_key'));

const count = async (condition = 'true') =>
  (await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM idempotency_key WHERE ${condition}`)).rows[0]!.n;
/** Adds keys that end after the given time. */
const add = (keys: number, from: string, endsIn: string) =>
  database.query(
    `INSERT INTO idempotency_key SELECT '/x', $1 || n, 'f', 201, '{}', now() + $2::interval FROM generate_series(1, ${keys}) n`,
    [from, endsIn],
  );
const cleaner = (cleanMs: number, on: Database = database) =>
  new Idempotency({ database: on, log, metrics: createMetrics('test'), cleanMs });

/** Starts a service with one route that counts its effects. */
async function startCounting() {
  let effects = 0;
  const build = ({ metrics, servers: { app } }: Context<object>) => {
    const idempotency = new Idempotency({ database, log, metrics });
    app.post('/x', async (request, reply) => {
      const effect = async () => void effects++;
      await idempotency.write(request, reply, { resource: '/x', status: 202, answer: { n: effects + 1 }, effect });
      return reply;
    });
    return { workers: [idempotency] };
  };
  const { url, stop } = await startService('counting', serviceVariables, build, {});
  stops.push(stop);
  const send = (body: string, key = '"k"') =>
    postRaw(`${url}/x`, body, { 'content-type': 'application/json', 'idempotency-key': key });
  return { send, effects: () => effects };
}

test('the order of the keys and blanks in a body do not matter, and quotes around the key are optional', async () => {
  const { send, effects } = await startCounting();
  const first = await send('{"a":1,"b":[{"c":2,"d":3}]}');
  const again = await send('{ "b": [{"d":3, "c":2}], "a": 1 }', 'k');
  expect([first.status, first.body]).toEqual([202, { n: 1 }]);
  expect([again.status, again.body]).toEqual([202, { n: 1 }]);
  expect((await send('{"a":1,"b":[{"c":2,"d":4}]}')).status).toBe(422);
  expect(effects()).toBe(1);
});

test('a key ends after a day, even if it was not removed yet', async () => {
  const { send, effects } = await startCounting();
  await send('{"a":1}');
  expect(await count(`expires_at BETWEEN now() + interval '23 hours 59 minutes' AND now() + interval '1 day'`)).toBe(1);
  await database.query(`UPDATE idempotency_key SET expires_at = now() + interval '1 minute'`);
  expect((await send('{"a":1}')).body).toEqual({ n: 1 });
  await database.query('UPDATE idempotency_key SET expires_at = now()');
  expect((await send('{"a":2}')).body).toEqual({ n: 2 });
  // The new request has a day of its own.
  expect((await send('{"a":2}')).body).toEqual({ n: 2 });
  expect(await count(`expires_at > now() + interval '23 hours'`)).toBe(1);
  expect(effects()).toBe(2);
});

test('several replicas remove expired keys in batches, and keep the others', async () => {
  await add(2_600, 'old', '-1 second');
  await add(40, 'new', '1 hour');
  const cleaners = [cleaner(20), cleaner(20), cleaner(20)];
  for (const one of cleaners) one.start();
  await until(async () => (await count()) === 40);
  await sleep(100);
  await Promise.all(cleaners.map((one) => one.stop()));
  expect(await count(`key LIKE 'new%'`)).toBe(40);
});

test('a key in use does not delay the removal of others', async () => {
  await add(3, 'old', '-1 second');
  const one = cleaner(20);
  await database.transaction(async (tx) => {
    await tx.query(`SELECT FROM idempotency_key WHERE key = 'old1' FOR UPDATE`);
    one.start();
    await until(async () => (await count()) === 1);
    expect(await count(`key = 'old1'`)).toBe(1);
  });
  await until(async () => (await count()) === 0);
  await one.stop();
});

test('the removal uses the index of the expiry', async () => {
  await add(20_000, 'new', '1 hour');
  await database.query('ANALYZE idempotency_key');
  const { rows } = await database.query<{ 'QUERY PLAN': string }>(
    'EXPLAIN SELECT ctid FROM idempotency_key WHERE expires_at <= now() ORDER BY expires_at LIMIT 500 FOR UPDATE SKIP LOCKED',
  );
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Index Scan using idempotency_key_expires');
});

test('the removal goes on after an outage of the database', async () => {
  const proxy = await startProxy(fresh.url());
  const config = readConfig(databaseVariables, { DATABASE_URL: proxy.url, DATABASE_POOL: '2' });
  const far = new Database({ config, schema: 'keys', migrations: [IDEMPOTENCY_TABLES], log, answerMs: 800 });
  await far.started();
  const one = cleaner(20, far);
  await proxy.cut();
  one.start();
  await add(5, 'old', '-1 second');
  await sleep(150);
  expect(await count()).toBe(5);
  await proxy.restore();
  await until(async () => (await count()) === 0);
  await one.stop();
  await far.close();
  await proxy.stop();
});

test('stopping does not wait for the next removal', async () => {
  const one = cleaner(60_000);
  one.start();
  const began = Date.now();
  await one.stop();
  expect(Date.now() - began).toBeLessThan(1_000);
});
