// A new database for each test file. As in the cluster, its owner is not a superuser.
import { randomBytes } from 'node:crypto';
import { databaseVariables, readConfig } from '../../../services/common/config.ts';
import { Database } from '../../../services/common/database.ts';
import { createLog } from '../../../services/common/log.ts';

const silent = createLog('test', 'silent');

/** Opens a schema of a database with long timeouts, and creates the schema if it does not exist. */
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

/** Creates a database before the tests of a file and drops it afterwards. */
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
    // If the user of the server is not a superuser, it must be a member of the role of the owner.
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
