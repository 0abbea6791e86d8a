import { Database } from '../common/database.ts';
import type { Log as Logger } from '../common/log.ts';
import type { Service } from '../common/run.ts';
import type { BusConfig } from './config.ts';
import { JetStreamLog } from './jetstream/log.ts';
import type { JetStreamMove } from './jetstream/move.ts';
import { JetStreamStorage } from './jetstream/storage.ts';
import type { Log } from './log.ts';
import { PostgresLog } from './postgres/log.ts';
import { MIGRATIONS } from './postgres/migrations.ts';
import { PostgresMove } from './postgres/move.ts';
import { postgresReplay } from './postgres/replay.ts';
import type { ReplayCursors } from './replay-cursors.ts';

/** A connection to a place. It opens in the background. */
export interface Storage extends NonNullable<Service['database']> {
  /** Resolves when the log can be used. */
  started(): Promise<void>;
  /** Throws until the log can be used. */
  check(): Promise<void>;
}

export interface OpenLog {
  readonly log: Log;
  readonly replayCursors: ReplayCursors;
}

/** Where a log can be. */
interface Place<Movable> {
  readonly name: 'PostgreSQL' | 'JetStream';
  readonly storage: Storage;
  readonly movable: Movable;
  /** Connects, so that `movable` can be used. Creates no log that a bus could take for its own. */
  connect(): void;
  /** Begins to use the log. What is known from an earlier use is forgotten, because a move may have changed it. */
  open(): OpenLog;
}

export type PostgresPlace = Place<PostgresMove>;
export type JetStreamPlace = Place<JetStreamMove>;

/** The configured places. At least one is. */
export interface Places {
  readonly postgres?: PostgresPlace;
  readonly jetstream?: JetStreamPlace;
}

export function placesOf(config: BusConfig, logger: Logger): Places {
  const inJetStream = config.EVENT_LOG_SERVERS !== undefined;
  const inPostgres = !inJetStream || config.DATABASE_URL !== undefined || config.DATABASE_HOST !== undefined;
  return {
    ...(inPostgres && { postgres: postgresPlace(config, logger) }),
    ...(inJetStream && { jetstream: jetStreamPlace(config, logger) }),
  };
}

function postgresPlace(config: BusConfig, logger: Logger): PostgresPlace {
  const database = new Database({ config, schema: 'event_bus', migrations: MIGRATIONS, log: logger });
  return {
    name: 'PostgreSQL',
    storage: database,
    movable: new PostgresMove(database),
    connect: () => database.start(),
    open: () => ({ log: new PostgresLog(database), replayCursors: postgresReplay(database) }),
  };
}

function jetStreamPlace(config: BusConfig, logger: Logger): JetStreamPlace {
  const storage = new JetStreamStorage({
    servers: config.EVENT_LOG_SERVERS!,
    user: config.EVENT_LOG_USER,
    password: config.EVENT_LOG_PASSWORD,
    ca: config.EVENT_LOG_CA,
    replicas: Number(config.EVENT_LOG_REPLICAS),
    prefix: config.EVENT_LOG_PREFIX,
    logger,
  });
  return {
    name: 'JetStream',
    storage,
    movable: storage.movable,
    connect: () => storage.connect(),
    open: () => {
      const log = new JetStreamLog(storage.link, storage.names);
      return { log, replayCursors: log.replayCursors };
    },
  };
}
