import type { AddressInfo } from 'node:net';
import { INBOX_TABLES } from '../../../services/common/inbox.ts';
import { addToOutbox, OUTBOX_TABLES } from '../../../services/common/outbox.ts';
import { Health } from '../../../services/common/health.ts';
import { createLog } from '../../../services/common/log.ts';
import { createMetrics } from '../../../services/common/metrics.ts';
import { Type } from '../../../services/common/schema.ts';
import { createServer } from '../../../services/common/server.ts';
import { handler, subscribe } from '../../../services/common/subscriber.ts';
import type { Database } from '../../../services/common/database.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { deliver, event } from '../support/http.ts';
import { startProxy } from '../support/proxy.ts';
import type { Proxy } from '../support/proxy.ts';

const fresh = useDatabase();
let proxy: Proxy;
let database: Database;
let app: ReturnType<typeof createServer>;

beforeAll(async () => {
  const tables = `${OUTBOX_TABLES} ${INBOX_TABLES} CREATE TABLE numbers (number int)`;
  proxy = await startProxy(fresh.url());
  database = await openDatabase(proxy.url, 'numbers', [tables]);
  const [log, metrics] = [createLog('test', 'silent'), createMetrics('test')];
  app = createServer({ log, metrics, health: new Health() });
  // A schema that forgets the range of the column.
  const Counted = Type.Object({ number: Type.Number() });
  const store = handler(Counted, async (tx, { data }) => {
    await tx.query('INSERT INTO numbers VALUES ($1)', [data.number]);
  });
  const broken = handler(Type.Object({}), async (tx) => void (await tx.query('SELECT * FROM nothing')));
  subscribe(app, { database, log, metrics, handlers: { Counted: store, Broken: broken } });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await database.close();
  await proxy.stop();
});

const send = (one: ReturnType<typeof event>) =>
  deliver(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, one);

test('an event with a value that PostgreSQL cannot store is refused permanently and leaves nothing behind', async () => {
  const reply = await send(event('Counted', 'a', { number: 3e9 }));
  expect([reply.status, reply.body.error.code]).toEqual([422, 'not_storable']);
  expect(reply.body.error.message).toContain('out of range');
  expect((await database.query('SELECT FROM inbox')).rowCount).toBe(0);
  expect((await send(event('Counted', 'a', { number: 3 }))).body).toEqual({ status: 'applied' });
});

test('a bug in the SQL of a subscriber stays a 500, so that the bus delivers the event again', async () => {
  expect((await send(event('Broken', 'a', {}))).status).toBe(500);
});

test('without its database, a subscriber refuses every event for now, also types that it ignores', async () => {
  const ignored = () => send(event('Unknown', 'c', {}));
  expect((await ignored()).body).toEqual({ status: 'ignored' });
  await proxy.cut();
  expect((await send(event('Counted', 'c', { number: 4 }))).status).toBe(503);
  expect((await ignored()).status).toBe(503);
  await proxy.restore();
  expect((await ignored()).body).toEqual({ status: 'ignored' });
  expect((await send(event('Counted', 'c', { number: 4 }))).body).toEqual({ status: 'applied' });
});

test.each<[string, Record<string, unknown>]>([
  ['a time that does not exist', { time: '2026-06-31T12:00:00Z' }],
  ['NUL', { data: { text: 'a\0b' } }],
  ['a lone surrogate', { extension: '\ud800' }],
  ['a number that JSON cannot print', { data: { number: Infinity } }],
])('a publisher keeps no event with %s', async (_, more) => {
  const bad = event('Counted', 'a', {}, more);
  await expect(database.transaction((tx) => addToOutbox(tx, bad))).rejects.toMatchObject({ statusCode: 422 });
  expect((await database.query('SELECT FROM outbox')).rowCount).toBe(0);
});
