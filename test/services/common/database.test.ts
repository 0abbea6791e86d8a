import { setTimeout as sleep } from 'node:timers/promises';
import { databaseVariables, readConfig } from '../../../services/common/config.ts';
import { Database } from '../../../services/common/database.ts';
import { Unavailable, badRequest } from '../../../services/common/errors.ts';
import { createLog } from '../../../services/common/log.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';
import type { Proxy } from '../support/proxy.ts';
import { until } from '../support/service.ts';

const fresh = useDatabase();
const table = 'CREATE TABLE things (id int PRIMARY KEY, n int NOT NULL DEFAULT 0)';
let proxy: Proxy;
let database: Database;

beforeAll(async () => {
  proxy = await startProxy(fresh.url());
  database = await openDatabase(proxy.url, 'database', [table]);
});
afterAll(async () => {
  await database.close();
  await proxy.stop();
});
beforeEach(() => database.query('TRUNCATE things'));

const count = async () => (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM things')).rows[0]?.n;

test('a transaction is committed completely or not at all', async () => {
  expect(
    await database.transaction(async (tx) => {
      await tx.query('INSERT INTO things VALUES (1), (2)');
      return 'done';
    }),
  ).toBe('done');
  await expect(
    database.transaction(async (tx) => {
      await tx.query('INSERT INTO things VALUES (3)');
      throw badRequest('no', 'no');
    }),
  ).rejects.toMatchObject({ code: 'no' });
  expect(await count()).toBe(2);
});

test('an error of a statement is passed on unchanged, and the connection still works', async () => {
  await expect(database.query('SELECT nonsense')).rejects.toMatchObject({ code: '42703' });
  await expect(
    database.transaction(async (tx) => {
      await tx.query('INSERT INTO things VALUES (1)');
      await tx.query('INSERT INTO things VALUES (1)');
    }),
  ).rejects.toMatchObject({ code: '23505' });
  expect(await count()).toBe(0);
});

test('in a deadlock, one transaction runs again, and both succeed', async () => {
  await database.query('INSERT INTO things VALUES (1), (2)');
  let both = 0;
  let go: () => void;
  const met = new Promise<void>((resolve) => (go = resolve));
  let runs = 0;
  const raise = (first: number, second: number) =>
    database.transaction(async (tx) => {
      runs++;
      await tx.query('UPDATE things SET n = n + 1 WHERE id = $1', [first]);
      if (++both === 2) go();
      await met;
      await tx.query('UPDATE things SET n = n + 1 WHERE id = $1', [second]);
    });
  await Promise.all([raise(1, 2), raise(2, 1)]);
  expect(runs).toBe(3);
  expect((await database.query('SELECT n FROM things ORDER BY id')).rows).toEqual([{ n: 2 }, { n: 2 }]);
});

test('a lost connection is reported as unavailable, and the next one works', async () => {
  const killed = database.transaction(async (tx) => {
    const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await database.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await tx.query('INSERT INTO things VALUES (1)');
  });
  await expect(killed).rejects.toThrow(Unavailable);
  expect(await count()).toBe(0);
});

test('a read whose connection is lost runs again, and another query does not', async () => {
  const killing = async (run: (text: string) => Promise<{ rows: object[] }>) => {
    const answer = run("SELECT pg_sleep(0.5), 'a read' AS text");
    await until(async () => {
      const { rows } = await database.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%a read%' AND pid <> pg_backend_pid() AND state = 'active'",
      );
      return rows.length > 0;
    });
    return answer;
  };
  const seen = killing((text) => database.query(text));
  await expect(seen).rejects.toThrow(Unavailable);
  expect((await killing((text) => database.read(text))).rows).toMatchObject([{ text: 'a read' }]);
});

test('during an outage of the database, everything fails fast as unavailable, and works again afterwards', async () => {
  await proxy.cut();
  await expect(database.query('SELECT 1')).rejects.toMatchObject({ statusCode: 503, retryAfter: 1 });
  await expect(database.transaction(async () => 1)).rejects.toThrow(Unavailable);
  // A service that has started stays ready.
  await database.check();
  await proxy.restore();
  await database.query('SELECT 1');
});

const isAvailable = (pool: Database) =>
  pool.query('SELECT 1').then(
    () => true,
    () => false,
  );

test('queries to a database that does not answer time out', async () => {
  const config = readConfig(databaseVariables, { DATABASE_URL: proxy.url });
  const hasty = new Database({
    config,
    schema: 'database',
    migrations: [table],
    log: createLog('test', 'silent'),
    answerMs: 800,
  });
  await hasty.started();
  proxy.freeze();
  await expect(hasty.query('SELECT 1')).rejects.toThrow(Unavailable);
  await expect(hasty.transaction((tx) => tx.query('SELECT 1'))).rejects.toThrow(Unavailable);
  await proxy.cut();
  await proxy.restore();
  await until(() => isAvailable(hasty));
  // A rollback would wait for an answer as long as the statement did.
  let late: Promise<string> | undefined;
  const frozen = hasty.transaction(async (tx) => {
    await tx.query('SELECT 1');
    proxy.freeze();
    await tx.query('SELECT 2').finally(() => {
      late = sleep(400, 'late');
    });
  });
  await expect(Promise.race([frozen, until(() => late !== undefined).then(() => late)])).rejects.toThrow(Unavailable);
  await proxy.cut();
  await proxy.restore();
  await until(() => isAvailable(hasty));
  await hasty.close();
});

test('a database that starts later is used', async () => {
  await proxy.cut();
  const config = readConfig(databaseVariables, { DATABASE_URL: proxy.url });
  const late = new Database({ config, schema: 'late', migrations: [table], log: createLog('test', 'silent') });
  late.start();
  await expect(late.query('SELECT 1')).rejects.toThrow(Unavailable);
  await sleep(300);
  await proxy.restore();
  await late.started();
  expect((await late.query('SELECT * FROM things')).rows).toEqual([]);
  await late.close();
});

test('a database that was never available can be closed', async () => {
  const config = readConfig(databaseVariables, { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' });
  const never = new Database({ config, schema: 'never', migrations: [], log: createLog('test', 'silent') });
  never.start();
  await sleep(50);
  await never.close();
  await expect(never.query('SELECT 1')).rejects.toThrow(Unavailable);
});
