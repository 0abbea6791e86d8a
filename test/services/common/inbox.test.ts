import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../services/common/database.ts';
import { enterInbox, inboxTables } from '../../../services/common/inbox.ts';
import { openDatabase, useDatabase } from '../support/database.ts';

const fresh = useDatabase();
const event = { source: '/posts', id: 'e1' };
let database: Database;

beforeAll(async () => {
  database = await openDatabase(fresh.url(), 'inbox', [inboxTables, 'CREATE TABLE effects (id text)']);
});
afterAll(() => database.close());
beforeEach(() => database.query('TRUNCATE inbox, effects'));

const apply = (given = event, after: () => Promise<void> = async () => undefined) =>
  database.transaction(async (tx) => {
    const isNew = await enterInbox(tx, given);
    if (isNew) await tx.query('INSERT INTO effects VALUES ($1)', [given.id]);
    await after();
    return isNew;
  });
const effects = async () => (await database.query('SELECT id FROM effects')).rows.length;

test('an event takes effect once', async () => {
  expect([await apply(), await apply(), await apply()]).toEqual([true, false, false]);
  expect(await effects()).toBe(1);
});

test('also when it comes a hundred times at once', async () => {
  const results = await Promise.all(Array.from({ length: 100 }, () => apply()));
  expect(results.filter(Boolean)).toHaveLength(1);
  expect(await effects()).toBe(1);
});

test('an effect that failed leaves no entry, so that the next delivery applies it', async () => {
  await expect(
    apply(event, async () => {
      throw new Error('crash between');
    }),
  ).rejects.toThrow('crash between');
  expect(await effects()).toBe(0);
  expect(await apply()).toBe(true);
  expect(await effects()).toBe(1);
});

test('a second delivery waits for the first, and applies if that one fails', async () => {
  let fail: () => void = () => undefined;
  const failing = apply(event, () => new Promise((_, reject) => (fail = () => reject(new Error('gone')))));
  await sleep(50);
  const second = apply();
  await sleep(50);
  fail();
  await expect(failing).rejects.toThrow('gone');
  expect(await second).toBe(true);
  expect(await effects()).toBe(1);
});

test('the same id from another source is another event', async () => {
  expect([await apply(), await apply({ ...event, source: '/comments' })]).toEqual([true, true]);
});
