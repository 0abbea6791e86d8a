import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../services/common/database.ts';
import { newEvent } from '../../../services/common/events.ts';
import { createLog } from '../../../services/common/log.ts';
import { createMetrics } from '../../../services/common/metrics.ts';
import { addToOutbox, measureOutbox, outboxTables } from '../../../services/common/outbox.ts';
import { Relay } from '../../../services/common/relay.ts';
import { startBus } from '../support/bus.ts';
import type { TestBus } from '../support/bus.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { until } from '../support/service.ts';

const fresh = useDatabase();
let database: Database;
let bus: TestBus;
let relays: Relay[] = [];

beforeAll(async () => {
  database = await openDatabase(fresh.url(), 'outbox', [outboxTables]);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query('TRUNCATE outbox');
  bus = await startBus();
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  relays = [];
  await bus.stop();
});

function startRelay(more: { pollMs?: number; of?: Database } = {}): Relay {
  const { of = database, ...options } = more;
  const relay = new Relay({
    database: of,
    busUrl: bus.url,
    log: createLog('test', 'silent'),
    metrics: createMetrics('test'),
    pollMs: 100,
    backoff: { baseMs: 20, maxMs: 100 },
    ...options,
  });
  relay.start();
  relays.push(relay);
  return relay;
}

const event = (subject: string, n: number) => newEvent({ source: '/test', type: 'Happened', subject, data: { n } });
const write = (subject: string, n: number) => database.transaction((tx) => addToOutbox(tx, event(subject, n)));
const waiting = async () => (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM outbox')).rows[0]?.n;
const numbers = (subject: string) =>
  bus.accepted.filter((one) => one.event.subject === subject).map((one) => one.event.data['n']);
const firsts = (subject: string) => [...new Set(numbers(subject))];

test('an event of a transaction that failed does not exist', async () => {
  startRelay();
  await expect(
    database.transaction(async (tx) => {
      await addToOutbox(tx, event('a', 1));
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await write('a', 2);
  await until(async () => (await waiting()) === 0);
  expect(numbers('a')).toEqual([2]);
});

test('woken, it publishes at once and not at the next poll', async () => {
  const relay = startRelay({ pollMs: 600_000 });
  await sleep(100);
  await write('a', 1);
  relay.wake();
  await until(() => bus.accepted.length === 1);
  expect(numbers('a')).toEqual([1]);
});

test('three copies share the work: all of it, in order per subject, each event once', async () => {
  const subjects = Array.from({ length: 40 }, (_, index) => `s${index}`);
  for (let n = 0; n < 20; n++)
    await database.transaction(async (tx) => {
      for (const subject of subjects) await addToOutbox(tx, event(subject, n));
    });
  bus.answer = () => ({ status: 202, afterMs: Math.random() * 5 });
  for (let copy = 0; copy < 3; copy++) startRelay();
  await until(async () => (await waiting()) === 0);
  for (const subject of subjects) expect(numbers(subject)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('while the bus is away everything is kept, and goes out in order when it is back', async () => {
  const { url } = bus;
  await bus.stop();
  startRelay();
  for (let n = 0; n < 5; n++) await write('a', n);
  await sleep(300);
  expect(await waiting()).toBe(5);
  bus = await startBus(Number(new URL(url).port));
  await until(async () => (await waiting()) === 0);
  expect(numbers('a')).toEqual([0, 1, 2, 3, 4]);
});

test.each([503, 500, 429, 408])('an answer of %i means later, and nothing of the subject overtakes', async (status) => {
  let refusals = 3;
  bus.answer = (one) => (one.data['n'] === 1 && refusals-- > 0 ? status : 202);
  for (let n = 0; n < 4; n++) await write('a', n);
  startRelay();
  await until(async () => (await waiting()) === 0);
  expect(numbers('a')).toEqual([0, 1, 2, 3]);
});

test('Retry-After is respected', async () => {
  let first = 0;
  bus.answer = () => {
    if (first !== 0) return 202;
    first = Date.now();
    return { status: 503, headers: { 'retry-after': '1' } };
  };
  await write('a', 1);
  startRelay();
  await until(() => bus.accepted.length === 1);
  expect(Date.now() - first).toBeGreaterThanOrEqual(1_000);
});

test('an event that the bus refuses holds up its own subject only, and is kept', async () => {
  let fixed = false;
  bus.answer = (one) => (one.subject === 'bad' && one.data['n'] === 0 && !fixed ? 400 : 202);
  for (let n = 0; n < 3; n++) for (const subject of ['bad', 'good']) await write(subject, n);
  startRelay();
  await until(async () => (await waiting()) === 3);
  for (let n = 3; n < 6; n++) await write('good', n);
  await until(() => numbers('good').length === 6);
  expect(numbers('bad')).toEqual([]);
  expect(bus.received.filter((one) => one.event.subject === 'bad').length).toBeLessThan(4);
  fixed = true;
  await until(async () => (await waiting()) === 0);
  expect(numbers('bad')).toEqual([0, 1, 2]);
});

test('a crash between the answer of the bus and the commit: the same bytes go out again', async () => {
  const dying = await openDatabase(fresh.url(), 'outbox', [outboxTables]);
  for (let n = 0; n < 3; n++) await write('a', n);
  // The connection of the relay dies while the bus has the second event.
  bus.answer = (one) => {
    if (one.data['n'] !== 1 || bus.received.length > 2) return 202;
    void database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'idle in transaction' AND datname = current_database()`,
    );
    return { status: 202, afterMs: 200 };
  };
  startRelay({ of: dying });
  await until(async () => (await waiting()) === 0);
  expect(bus.accepted.length).toBeGreaterThan(3);
  expect(firsts('a')).toEqual([0, 1, 2]);
  const bodies = new Map(bus.accepted.map((one) => [one.event.id, one.body]));
  expect(bodies.size).toBe(3);
  for (const one of bus.accepted) expect(one.body).toBe(bodies.get(one.event.id));
  await relays.pop()?.stop();
  await dying.close();
});

test('stopping finishes what is on its way and claims nothing more', async () => {
  bus.answer = () => ({ status: 202, afterMs: 100 });
  for (let n = 0; n < 10; n++) await write('a', n);
  const relay = startRelay();
  await until(() => bus.received.length === 2);
  await relay.stop();
  const sent = bus.received.length;
  expect(sent).toBeLessThan(10);
  expect(bus.accepted.length).toBe(sent);
  expect(await waiting()).toBe(10 - sent);
  startRelay();
  await until(async () => (await waiting()) === 0);
  expect(numbers('a')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('10,000 that piled up go out in seconds, a hot subject among them', async () => {
  await database.query(
    `INSERT INTO outbox (subject, event)
     SELECT s, json_build_object('subject', s, 'data', json_build_object('n', n))
     FROM (SELECT n, CASE WHEN n % 2 = 0 THEN 'hot' ELSE 's' || (n % 199) END AS s FROM generate_series(1, 10000) n) rows ORDER BY n`,
  );
  const began = Date.now();
  startRelay();
  startRelay();
  await until(async () => (await waiting()) === 0, 'all published', 80_000);
  expect(bus.accepted).toHaveLength(10_000);
  expect(numbers('hot')).toEqual(Array.from({ length: 5_000 }, (_, index) => 2 * (index + 1)));
  process.stdout.write(`relay: 10,000 events in ${Date.now() - began} ms\n`);
});

test('what waits is measured', async () => {
  const metrics = createMetrics('test');
  measureOutbox(database, metrics);
  await write('a', 1);
  await write('b', 1);
  await sleep(20);
  const text = (await metrics.registry.metrics())
    .split('\n')
    .filter((line) => line.startsWith('outbox'))
    .join('\n');
  expect(text).toContain('outbox_pending{service="test"} 2');
  expect(Number(/outbox_oldest_seconds\{.*?\} (\S+)/.exec(text)?.[1])).toBeGreaterThan(0);
});
