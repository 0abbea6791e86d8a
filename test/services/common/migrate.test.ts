import { setTimeout as sleep } from 'node:timers/promises';
import { databaseVariables, readConfig } from '../../../services/common/config.ts';
import { Database } from '../../../services/common/database.ts';
import { createLog } from '../../../services/common/log.ts';
import { openDatabase, useDatabase } from '../support/database.ts';

const fresh = useDatabase();
const first = 'CREATE TABLE things (id int); INSERT INTO things VALUES (1)';
const second = 'INSERT INTO things VALUES (2)';

async function versions(schema: string): Promise<number[]> {
  const inspect = await openDatabase(fresh.url());
  const { rows } = await inspect.query<{ version: number }>(
    `SELECT version FROM ${schema}.migrations ORDER BY version`,
  );
  await inspect.close();
  return rows.map((row) => row.version);
}

test('ten replicas that start at once migrate once, without errors', async () => {
  const warnings: string[] = [];
  const log = createLog('test', 'warn', { write: (line: string) => void warnings.push(line) });
  const config = readConfig(databaseVariables, { DATABASE_URL: fresh.url() });
  const replicas = Array.from(
    { length: 10 },
    () => new Database({ config, schema: 'at_once', migrations: [first, second], log }),
  );
  await Promise.all(replicas.map((replica) => replica.started()));
  expect(warnings).toEqual([]);
  expect((await replicas[0]?.query('SELECT id FROM things ORDER BY id'))?.rows).toEqual([{ id: 1 }, { id: 2 }]);
  expect(await versions('at_once')).toEqual([1, 2]);
  await Promise.all(replicas.map((replica) => replica.close()));
});

test('a newer version applies the new migrations, and an older version still starts', async () => {
  for (const migrations of [[first], [first, second], [first]]) {
    const database = await openDatabase(fresh.url(), 'upgraded', migrations);
    await database.check();
    await database.close();
  }
  expect(await versions('upgraded')).toEqual([1, 2]);
});

test('a migration that fails leaves no changes, and is retried', async () => {
  const config = readConfig(databaseVariables, { DATABASE_URL: fresh.url() });
  const broken = new Database({
    config,
    schema: 'broken',
    migrations: [first, 'SELECT nonsense'],
    log: createLog('test', 'silent'),
  });
  broken.start();
  await sleep(500);
  await expect(broken.check()).rejects.toMatchObject({ statusCode: 503 });
  await broken.close();
  const fixed = await openDatabase(fresh.url(), 'broken', [first]);
  expect((await fixed.query('SELECT id FROM things')).rows).toEqual([{ id: 1 }]);
  await fixed.close();
});

test('schemas are independent of each other', async () => {
  const [one, other] = [
    await openDatabase(fresh.url(), 'one', [first]),
    await openDatabase(fresh.url(), 'other_one', [first]),
  ];
  await one.query('DELETE FROM things');
  expect((await other.query('SELECT id FROM things')).rows).toHaveLength(1);
  await Promise.all([one.close(), other.close()]);
});
