// Postgres: a pool that survives the database being away, transactions, and errors told apart:
// "away for now" becomes Unavailable (503, try again), everything else is a bug of ours and stays as it is.
import { Pool } from 'pg';
import type { DatabaseError, PoolConfig, QueryConfig, QueryResultRow } from 'pg';
import { backoffDelay, sleep } from './backoff.ts';
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
  /** The schema this service owns; also the first place its queries look in. */
  readonly schema: string;
  readonly migrations: readonly string[];
  readonly log: Log;
  /** When to give up a statement that nobody answers. Postgres ends it by itself after five eighths of this, and waits half of it for a lock. @default 8000 */
  readonly answerMs?: number;
}

const recentMs = 1_000;

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
    this.#pool.on('error', (err) => parts.log.warn({ err }, 'lost an idle database connection'));
    // A connection lost while in use fails its query; without a listener it would also end the process.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Migrates in the background, again and again until it works. */
  start(): void {
    this.#migrating ??= this.#migrateUntilDone();
  }

  /** Resolves once the tables are there. */
  async started(): Promise<void> {
    this.start();
    await this.#migrating;
  }

  /**
   * Throws as long as the database can not be used. One that answered just now is not asked again: while it is only busy,
   * a question that waits in line must not make every copy unready at once.
   */
  async check(): Promise<void> {
    if (Date.now() - this.#answeredAt > recentMs) await this.query('SELECT 1');
  }

  async query<R extends object = QueryResultRow>(text: string | QueryConfig, values?: unknown[]): Promise<Result<R>> {
    if (!this.#migrated) throw new Unavailable('the database is not ready yet');
    return this.#guard(this.#pool.query<R>(text as string, values));
  }

  /** Commits what `work` did, or nothing. Runs `work` again if Postgres chose this transaction to end a deadlock. */
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
      // A connection that can not even roll back is thrown away.
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Waits for what runs, then closes every connection. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#migrating;
    await this.#pool.end();
  }

  /** No answer, or an answer that says "not now", becomes Unavailable. */
  async #guard<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      this.#answeredAt = Date.now();
      return result;
    } catch (error) {
      if (isDatabaseError(error) && !isTransient(error.code ?? '')) throw error;
      throw new Unavailable('the database can not be used now', error);
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
          log.info({ schema, applied }, 'database ready');
          return;
        } finally {
          client.release(!this.#migrated);
        }
      } catch (err) {
        log.warn({ reason: String(err), failures }, 'the database is not ready yet');
        await sleep(backoffDelay(failures, { baseMs: 100, maxMs: 3_000 }), this.#stop.signal);
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
    // Ends the transaction of a process that was stopped; its late commit is refused.
    idle_in_transaction_session_timeout: 20_000,
    // For when not even the database's own time-outs can arrive.
    query_timeout: answerMs,
  };
}

/** By shape and not by class, since tests may load two copies of the driver. */
function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'severity' in error && 'code' in error;
}

/** Classes of SQLSTATE: 08 connection, 40 conflict, 53 out of resources, 55 lock, 57 shutting down, 58 I/O; and read-only after a failover, a database still to be made. */
function isTransient(state: string): boolean {
  return /^(08|28|40|53|55|57|58)/.test(state) || ['25006', '25P03', '3D000'].includes(state);
}

function isConflict(error: unknown): boolean {
  const cause = error instanceof Unavailable ? error.cause : undefined;
  return isDatabaseError(cause) && /^40(001|P01)$/.test(cause.code ?? '');
}
