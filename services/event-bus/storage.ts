import { Database } from '../common/database.ts';
import type { Log as Logger } from '../common/log.ts';
import type { Service } from '../common/run.ts';
import type { BusConfig } from './config.ts';
import { JetStreamStorage } from './jetstream/storage.ts';
import type { Log } from './log.ts';
import { PostgresLog } from './postgres/log.ts';
import { MIGRATIONS } from './postgres/migrations.ts';
import { postgresReplay } from './postgres/replay.ts';
import type { ReplayCursors } from './replay-cursors.ts';

/** Where the log is. It opens in the background. */
interface Storage extends NonNullable<Service['database']> {
  /** Resolves when the log can be used. */
  started(): Promise<void>;
  /** Throws until the log can be used. */
  check(): Promise<void>;
}

interface Opened {
  readonly storage: Storage;
  readonly log: Log;
  readonly replayCursors: ReplayCursors;
}

/** The log is on NATS JetStream if its servers are configured, and otherwise in PostgreSQL. */
export function openStorage(config: BusConfig, logger: Logger): Opened {
  if (config.EVENT_LOG_SERVERS) {
    const storage = new JetStreamStorage({
      servers: config.EVENT_LOG_SERVERS,
      user: config.EVENT_LOG_USER,
      password: config.EVENT_LOG_PASSWORD,
      ca: config.EVENT_LOG_CA,
      replicas: Number(config.EVENT_LOG_REPLICAS),
      prefix: config.EVENT_LOG_PREFIX,
      logger,
    });
    return { storage, log: storage.log, replayCursors: storage.log.replayCursors };
  }
  const database = new Database({ config, schema: 'event_bus', migrations: MIGRATIONS, log: logger });
  return { storage: database, log: new PostgresLog(database), replayCursors: postgresReplay(database) };
}
