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

test('ten copies that start at once migrate once, and none stumbles', async () => {
  const complaints: string[] = [];
  const log = createLog('test', 'warn', { write: (line: string) => void complaints.push(line) });
  const config = readConfig(databaseVariables, { DATABASE_URL: fresh.url() });
  const copies = Array.from(
    { length: 10 },
    () => new Database({ config, schema: 'at_once', migrations: [first, second], log }),
  );
  await Promise.all(copies.map((copy) => copy.started()));
  expect(complaints).toEqual([]);
  expect((await copies[0]?.query('SELECT id FROM things ORDER BY id'))?.rows).toEqual([{ id: 1 }, { id: 2 }]);
  expect(await versions('at_once')).toEqual([1, 2]);
  await Promise.all(copies.map((copy) => copy.close()));
});

test('a newer version applies what is new, and an older one still starts', async () => {
  for (const migrations of [[first], [first, second], [first]]) {
    const database = await openDatabase(fresh.url(), 'upgraded', migrations);
    await database.check();
    await database.close();
  }
  expect(await versions('upgraded')).toEqual([1, 2]);
});

test('one that fails leaves nothing behind, and is tried again', async () => {
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
  const mended = await openDatabase(fresh.url(), 'broken', [first]);
  expect((await mended.query('SELECT id FROM things')).rows).toEqual([{ id: 1 }]);
  await mended.close();
});

test('each schema is a world of its own', async () => {
  const [one, other] = [
    await openDatabase(fresh.url(), 'one', [first]),
    await openDatabase(fresh.url(), 'other_one', [first]),
  ];
  await one.query('DELETE FROM things');
  expect((await other.query('SELECT id FROM things')).rows).toHaveLength(1);
  await Promise.all([one.close(), other.close()]);
});
