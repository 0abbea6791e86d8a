// A database for a test file: fresh, owned by a user who is no superuser, as in the cluster.
import { randomBytes } from 'node:crypto';
import { databaseVariables, readConfig } from '../../../services/common/config.ts';
import { Database } from '../../../services/common/database.ts';
import { createLog } from '../../../services/common/log.ts';

const silent = createLog('test', 'silent');

/** A pool into one schema of a database, to look inside or to build on, which is patient. The schema is made if it is not there. */
export async function openDatabase(
  url: string,
  schema = 'test',
  migrations: readonly string[] = [],
): Promise<Database> {
  const config = readConfig(databaseVariables, { DATABASE_URL: url, DATABASE_POOL: '8' });
  const database = new Database({ config, schema, migrations, log: silent, answerMs: 64_000 });
  await database.started();
  return database;
}

/** Makes a database before the tests of a file and drops it after them; `url()` tells where it is. */
export function useDatabase(): { url: () => string } {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const server = process.env['TEST_POSTGRES_URL'] as string;
  const own = new URL(server);
  own.username = name;
  own.password = name;
  own.pathname = `/${name}`;
  let admin: Database;

  beforeAll(async () => {
    admin = await openDatabase(server, 'callsign_tests');
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
    // The owner has to be one of ours where the server's user is no superuser.
    await admin.query(`GRANT ${name} TO CURRENT_USER`);
    await admin.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
  });

  afterAll(async () => {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.query(`DROP ROLE ${name}`);
    await admin.close();
  });

  return { url: () => own.href };
}
