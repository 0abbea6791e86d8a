// The servers of each kind of log. All write to files, and answer when the event is on the disk.
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ownPostgres } from '../ledger/postgres.ts';
import { startNatsServers } from '../support/nats-server.ts';

export const LOGS = ['PostgreSQL', 'JetStream R1', 'JetStream R3'] as const;
export type LogKind = (typeof LOGS)[number];

export interface LogServers {
  /** The variables of a bus that keeps its log there. */
  readonly env: Readonly<Record<string, string>>;
  readonly pids: readonly number[];
  /** The size of the files with the events, without those that are written again and again, such as a WAL. */
  readonly size: () => number;
  readonly remove: () => Promise<void>;
}

export async function startLog(kind: LogKind): Promise<LogServers> {
  return kind === 'PostgreSQL' ? startPostgres() : startJetStream(kind === 'JetStream R1' ? 1 : 3);
}

async function startPostgres(): Promise<LogServers> {
  const server = await ownPostgres();
  const pid = server.pid();
  const folder = readlinkSync(`/proc/${pid}/cwd`);
  return {
    env: { DATABASE_URL: server.url },
    pids: [pid],
    size: () => sizeOf(join(folder, 'base')),
    remove: () => server.remove(),
  };
}

async function startJetStream(replicas: 1 | 3): Promise<LogServers> {
  const servers = await startNatsServers(replicas);
  return {
    env: {
      EVENT_LOG_SERVERS: servers.map(({ address }) => address).join(','),
      EVENT_LOG_REPLICAS: String(replicas),
    },
    pids: servers.map((server) => server.pid()),
    size: () => servers.reduce((sum, { folder }) => sum + sizeOf(join(folder, 'jetstream', '$G')), 0),
    remove: async () => {
      await Promise.all(servers.map((server) => server.remove()));
    },
  };
}

/** Files may disappear meanwhile. */
function sizeOf(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
