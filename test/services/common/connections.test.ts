import { execFileSync } from 'node:child_process';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseVariables, readConfig } from '../../../services/common/config.ts';
import { Database } from '../../../services/common/database.ts';
import type { DatabaseParts } from '../../../services/common/database.ts';
import { Unavailable } from '../../../services/common/errors.ts';
import { createLog } from '../../../services/common/log.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';
import type { Proxy } from '../support/proxy.ts';
import { until } from '../support/service.ts';

const fresh = useDatabase();
const opened: Database[] = [];
let admin: Database;

beforeAll(async () => (admin = await openDatabase(fresh.url(), 'admin')));
afterAll(() => admin.close());
afterEach(() => Promise.all(opened.splice(0).map((database) => database.close())));

async function open(url: string, parts: Partial<DatabaseParts> = {}, pool = 2): Promise<Database> {
  const config = readConfig(databaseVariables, { DATABASE_URL: url, DATABASE_POOL: String(pool) });
  const database = new Database({
    config,
    schema: 'pooled',
    migrations: [],
    log: createLog('test', 'silent'),
    ...parts,
  });
  opened.push(database);
  await database.started();
  return database;
}

const connections = async () => {
  const { rows } = await admin.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'pooled'`,
  );
  return rows[0]!.n;
};
const milliseconds = async (work: Promise<unknown>) => {
  const start = performance.now();
  await work.catch(() => undefined);
  return performance.now() - start;
};

/** Interrupts the connection, and lets the process notice it. */
async function cut(proxy: Proxy): Promise<void> {
  await proxy.cut();
  await sleep(100);
}

/** A server that forwards each connection to PostgreSQL after a delay, as a busy machine does. */
async function slowServer(
  target: string,
  delay: { readonly ms: number },
): Promise<{ url: string; stop: () => Promise<void> }> {
  const url = new URL(target);
  const sockets = new Set<Socket>();
  const port = Number(url.port);
  const server = createServer((near) => {
    sockets.add(near.on('error', () => undefined));
    void sleep(delay.ms).then(() => {
      const far = connect(port, '127.0.0.1');
      sockets.add(far.on('error', () => undefined));
      near.pipe(far).pipe(near);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.port = String((server.address() as AddressInfo).port);
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { url: url.href, stop };
}

test('a request waits longer than three seconds for a connection that others use', async () => {
  const database = await open(fresh.url());
  const busy = [1, 2].map(() => database.query('SELECT pg_sleep(3.5)'));
  await sleep(100);
  expect((await database.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await Promise.all(busy);
});

test('a request that waits too long for others names the reason, and is not an outage', async () => {
  const database = await open(fresh.url(), { waitMs: 1_500 });
  const busy = [1, 2].map(() => database.query('SELECT pg_sleep(2.6)'));
  await sleep(50);
  const late = await database.query('SELECT 1').catch((error: unknown) => error);
  expect(late).toBeInstanceOf(Unavailable);
  expect((late as Unavailable).cause).toMatchObject({ message: 'all 2 connections of the pool are in use' });
  // In an outage, this request would fail after half a second.
  expect((await database.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await Promise.all(busy);
});

test('a slow connection is not a failed one', async () => {
  const server = await slowServer(fresh.url(), { ms: 3_300 });
  try {
    const database = await open(server.url);
    expect((await database.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    // The first connection is in use, so this transaction opens the second one.
    const both = [1, 2].map(() => database.transaction((tx) => tx.query('SELECT pg_sleep(0.5)')));
    await Promise.all(both);
  } finally {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await server.stop();
  }
});

test('a connection that opens too late for its request serves the next one', async () => {
  const delay = { ms: 0 };
  const server = await slowServer(fresh.url(), delay);
  try {
    const database = await open(server.url, { waitMs: 1_000 });
    const busy = database.query('SELECT pg_sleep(2.5)');
    await sleep(50);
    delay.ms = 1_500;
    await expect(database.query('SELECT 1')).rejects.toMatchObject({
      cause: expect.objectContaining({ message: 'connecting took too long' }),
    });
    await sleep(800);
    expect(await milliseconds(database.query('SELECT 1'))).toBeLessThan(500);
    await busy;
  } finally {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await server.stop();
  }
});

test('a refused connection is tried again within the time of the request', async () => {
  const proxy = await startProxy(fresh.url());
  try {
    const database = await open(proxy.url);
    await cut(proxy);
    const answers = Promise.all([
      database.query<{ one: number }>('SELECT 1 AS one'),
      database.transaction((tx) => tx.query<{ one: number }>('SELECT 1 AS one')),
    ]);
    await sleep(1_000);
    await proxy.restore();
    expect((await answers).map(({ rows }) => rows)).toEqual([[{ one: 1 }], [{ one: 1 }]]);
  } finally {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await proxy.stop();
  }
});

test('"too many connections" is tried again too', async () => {
  const role = new URL(fresh.url()).username;
  const database = await open(fresh.url(), {}, 4);
  const { rows } = await admin.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = $1',
    [role],
  );
  // PostgreSQL answers with 53300, as it does if max_connections is reached.
  const superuser = await openDatabase(process.env['TEST_POSTGRES_URL'] as string, 'callsign_tests');
  try {
    await superuser.query(`ALTER ROLE ${role} CONNECTION LIMIT ${rows[0]!.n}`);
    const several = Promise.all([1, 2, 3].map(() => database.query('SELECT pg_sleep(0.3)')));
    await sleep(600);
    await superuser.query(`ALTER ROLE ${role} CONNECTION LIMIT -1`);
    expect(await several).toHaveLength(3);
  } finally {
    await superuser.query(`ALTER ROLE ${role} CONNECTION LIMIT -1`);
    await superuser.close();
  }
});

test('once an outage has lasted as long as a request waits, further requests fail fast', async () => {
  const proxy = await startProxy(fresh.url());
  try {
    const database = await open(proxy.url, { waitMs: 1_500 });
    await cut(proxy);
    expect(await milliseconds(database.query('SELECT 1'))).toBeGreaterThan(900);
    await sleep(600);
    expect(await milliseconds(database.query('SELECT 1'))).toBeLessThan(900);
    await proxy.restore();
    await until(() =>
      database.query('SELECT 1').then(
        () => true,
        () => false,
      ),
    );
    // The outage is over: the next one begins with patience.
    await cut(proxy);
    expect(await milliseconds(database.query('SELECT 1'))).toBeGreaterThan(900);
  } finally {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await proxy.stop();
  }
});

test('a transaction whose connection turns out to be lost begins on another one', async () => {
  const database = await open(fresh.url(), {}, 3);
  await Promise.all([1, 2, 3].map(() => database.query('SELECT pg_sleep(0.2)')));
  expect(await connections()).toBe(3);
  // This process does not notice the end of its connections, because it waits for another process.
  const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pooled'`;
  const program = `const { Client } = require('pg'); const client = new Client({ connectionString: process.argv[1] });
    client.connect().then(() => client.query(process.argv[2])).then(() => client.query('SELECT pg_sleep(0.2)')).then(() => client.end());`;
  execFileSync(process.execPath, ['-e', program, fresh.url(), kill], { cwd: join(__dirname, '../../../services') });
  const work = [1, 2, 3].map((n) => database.transaction((tx) => tx.query<{ n: number }>('SELECT $1::int AS n', [n])));
  expect((await Promise.all(work)).map(({ rows }) => rows[0]!.n)).toEqual([1, 2, 3]);
});

test('while it drains, a process keeps one idle connection, and still answers', async () => {
  const database = await open(fresh.url(), {}, 6);
  await Promise.all([1, 2, 3, 4, 5, 6].map(() => database.query('SELECT pg_sleep(0.2)')));
  expect(await connections()).toBe(6);
  const last = database.query('SELECT pg_sleep(0.5)');
  database.drain();
  await until(async () => (await connections()) <= 2);
  await last;
  await until(async () => (await connections()) === 1);
  await Promise.all([1, 2, 3].map(() => database.transaction((tx) => tx.query('SELECT 1'))));
  await until(async () => (await connections()) === 1);
});

test('waiting ends when the database is closed', async () => {
  const config = readConfig(databaseVariables, { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' });
  const never = new Database({ config, schema: 'never', migrations: [], log: createLog('test', 'silent') });
  never.start();
  await sleep(50);
  expect(await milliseconds(never.close())).toBeLessThan(1_000);
});
