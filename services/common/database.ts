// Access to PostgreSQL: a connection pool that survives an outage of the database, transactions, and two kinds of
// errors. A temporary failure becomes Unavailable (503, try again). Any other error is a bug and is passed on
// unchanged.
import { Pool } from 'pg';
import type { DatabaseError, PoolConfig, QueryConfig, QueryResultRow } from 'pg';
import { pauseAfter } from './backoff.ts';
import type { Config, databaseVariables } from './config.ts';
import { Unavailable } from './errors.ts';
import type { Log } from './log.ts';
import { migrate } from './migrate.ts';

type DatabaseConfig = Config<typeof databaseVariables>;

export interface Queryable {
  query<R extends object = QueryResultRow>(text: string | QueryConfig, values?: unknown[]): Promise<Result<R>>;
}

export interface Result<R> {
  readonly rows: R[];
  readonly rowCount: number | null;
}

export interface DatabaseParts {
  readonly config: DatabaseConfig;
  /** The schema that this service owns. It is the search path of its queries. */
  readonly schema: string;
  readonly migrations: readonly string[];
  readonly log: Log;
  /**
   * The client-side timeout of a statement. PostgreSQL cancels the statement after 5/8 of this time, and stops waiting
   * for a lock after half of it. @default 8000
   */
  readonly answerMs?: number;
}

const RECENT_MS = 1_000;

export class Database implements Queryable {
  readonly #pool: Pool;
  readonly #parts: DatabaseParts;
  readonly #stop = new AbortController();
  #migrating: Promise<void> | undefined;
  #migrated = false;
  #answeredAt = 0;

  constructor(parts: DatabaseParts) {
    this.#parts = parts;
    this.#pool = new Pool(poolConfig(parts));
    this.#pool.on('error', (err) => parts.log.warn({ err }, 'an idle database connection was lost'));
    // If a connection is lost while in use, its query fails. Without this listener the process would also exit.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Starts to migrate in the background, and retries until the migration succeeds. */
  start(): void {
    this.#migrating ??= this.#migrateUntilDone();
  }

  /** Resolves when the migration is done. */
  async started(): Promise<void> {
    this.start();
    await this.#migrating;
  }

  /**
   * Throws if the database is unavailable. Sends no query if the database answered within the last second. If the
   * database is only busy, a health query would wait for a connection and make all replicas unready at once.
   */
  async check(): Promise<void> {
    if (Date.now() - this.#answeredAt > RECENT_MS) await this.query('SELECT 1');
  }

  async query<R extends object = QueryResultRow>(text: string | QueryConfig, values?: unknown[]): Promise<Result<R>> {
    if (!this.#migrated) throw new Unavailable('the database is not ready yet');
    return this.#guard(this.#pool.query<R>(text as string, values));
  }

  /**
   * Runs `work` in a transaction. Runs it again if PostgreSQL aborts the transaction because of a deadlock or a
   * conflict.
   */
  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (attempt >= 3 || !isConflict(error)) throw error;
      }
    }
  }

  async #once<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    if (!this.#migrated) throw new Unavailable('the database is not ready yet');
    const client = await this.#guard(this.#pool.connect());
    const tx: Queryable = { query: (text, values) => this.#guard(client.query(text as string, values)) };
    let broken: Error | undefined;
    try {
      await tx.query('BEGIN');
      const result = await work(tx);
      await tx.query('COMMIT');
      return result;
    } catch (error) {
      // If the rollback fails, the connection is discarded.
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Waits for the running queries, then closes every connection. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#migrating;
    await this.#pool.end();
  }

  /** Turns a missing answer and a temporary error into Unavailable. */
  async #guard<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      this.#answeredAt = Date.now();
      return result;
    } catch (error) {
      if (isDatabaseError(error) && !isTransient(error.code ?? '')) throw error;
      throw new Unavailable('the database is unavailable', error);
    }
  }

  async #migrateUntilDone(): Promise<void> {
    const { schema, migrations, log } = this.#parts;
    for (let failures = 1; !this.#stop.signal.aborted; failures++) {
      try {
        const client = await this.#pool.connect();
        try {
          const applied = await migrate(client, schema, migrations);
          this.#migrated = true;
          log.info({ schema, applied }, 'the database is ready');
          return;
        } finally {
          client.release(!this.#migrated);
        }
      } catch (err) {
        log.warn({ reason: String(err), failures }, 'the database is not ready yet');
        await pauseAfter(failures, { baseMs: 100, maxMs: 3_000 }, this.#stop.signal);
      }
    }
  }
}

function poolConfig({ config, schema, answerMs = 8_000 }: DatabaseParts): PoolConfig {
  const where = config.DATABASE_URL
    ? { connectionString: config.DATABASE_URL }
    : {
        host: config.DATABASE_HOST,
        port: config.DATABASE_PORT,
        database: config.DATABASE_NAME,
        user: config.DATABASE_USER,
        password: config.DATABASE_PASSWORD,
      };
  return {
    ...where,
    application_name: schema,
    options: `-c search_path=${schema}`,
    max: config.DATABASE_POOL,
    keepAlive: true,
    connectionTimeoutMillis: answerMs * (3 / 8),
    idleTimeoutMillis: 30_000,
    statement_timeout: answerMs * (5 / 8),
    lock_timeout: answerMs / 2,
    // Ends the transaction of a process that hangs. PostgreSQL then rejects its late commit.
    idle_in_transaction_session_timeout: 20_000,
    // Applies if the connection is dead and not even the timeouts of the database arrive.
    query_timeout: answerMs,
  };
}

/** Checks the fields, not the class, because tests may load the driver twice. */
function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'severity' in error && 'code' in error;
}

/** Class 22 of SQLSTATE: PostgreSQL refuses a value, for example because it is out of range. */
export function isDataError(error: unknown): error is DatabaseError {
  return isDatabaseError(error) && error.code?.startsWith('22') === true;
}

/**
 * Classes of SQLSTATE: 08 connection, 28 authorization, 40 conflict, 53 insufficient resources, 55 lock, 57 shutdown,
 * 58 I/O. Single states: 25006 read-only after a failover, 25P03 idle transaction timeout, 3D000 database not created
 * yet.
 */
function isTransient(state: string): boolean {
  return /^(08|28|40|53|55|57|58)/.test(state) || ['25006', '25P03', '3D000'].includes(state);
}

function isConflict(error: unknown): boolean {
  const cause = error instanceof Unavailable ? error.cause : undefined;
  return isDatabaseError(cause) && /^40(001|P01)$/.test(cause.code ?? '');
}
