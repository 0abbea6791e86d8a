// Access to PostgreSQL: a connection pool that survives an outage of the database, transactions, and two kinds of
// errors. A temporary failure becomes Unavailable (503, try again). Any other error is a bug and is passed on
// unchanged.
import type { DatabaseError, PoolClient, PoolConfig, QueryConfig, QueryResultRow } from 'pg';
import { pauseAfter } from './backoff.ts';
import type { Config, databaseVariables } from './config.ts';
import { Connections } from './connections.ts';
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
  /**
   * How long a request waits for a connection. Together with a statement it is shorter than the time that the server
   * has for an answer. @default 6000
   */
  readonly waitMs?: number;
}

export class Database implements Queryable {
  readonly #connections: Connections;
  readonly #parts: DatabaseParts;
  readonly #stop = new AbortController();
  #migrating: Promise<void> | undefined;
  #migrated = false;

  constructor(parts: DatabaseParts) {
    this.#parts = parts;
    const { log, waitMs = 6_000 } = parts;
    this.#connections = new Connections({
      config: poolConfig(parts),
      waitMs,
      isTemporary,
      log,
      signal: this.#stop.signal,
    });
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

  /** Throws until the migration is done. */
  async check(): Promise<void> {
    if (!this.#migrated) throw new Unavailable('the database is not ready yet');
  }

  /** Throws while the database is away. Costs nothing while it answers. */
  async checkReachable(): Promise<void> {
    await this.check();
    if (this.#connections.areFailing) await this.query('SELECT 1');
  }

  query<R extends object = QueryResultRow>(text: string | QueryConfig, values?: unknown[]): Promise<Result<R>> {
    return this.#run(text, values, false);
  }

  /**
   * Runs a query that changes nothing. If its connection is lost, as when PostgreSQL restarts, it runs again on another
   * one.
   */
  read<R extends object = QueryResultRow>(text: string, values?: unknown[]): Promise<Result<R>> {
    return this.#run(text, values, true);
  }

  async #run<R extends object>(
    text: string | QueryConfig,
    values: unknown[] | undefined,
    canRepeat: boolean,
  ): Promise<Result<R>> {
    await this.check();
    const deadline = this.#connections.deadline();
    for (;;) {
      const client = await this.#guard(this.#connections.acquire(deadline));
      let broken: unknown;
      try {
        return await this.#guard(client.query<R>(text as string, values), (error) => (broken = error));
      } catch (error) {
        if (!canRepeat || broken === undefined || !(error instanceof Unavailable) || Date.now() >= deadline)
          throw error;
      } finally {
        this.#connections.release(client, broken);
      }
    }
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
    await this.check();
    const client = await this.#guard(this.#begin());
    let broken: unknown;
    const tx: Queryable = {
      query: (text, values) => this.#guard(client.query(text as string, values), (error) => (broken ??= error)),
    };
    try {
      const result = await work(tx);
      await tx.query('COMMIT');
      return result;
    } catch (error) {
      // Without an answer, the rollback would only wait for one too. The server rolls back when the connection closes.
      if (broken === undefined) await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      this.#connections.release(client, broken);
    }
  }

  /** Begins a transaction. If the connection turns out to be lost, nothing has happened yet, so another one is used. */
  async #begin(): Promise<PoolClient> {
    const deadline = this.#connections.deadline();
    for (;;) {
      const client = await this.#connections.acquire(deadline);
      try {
        await client.query('BEGIN');
        return client;
      } catch (error) {
        this.#connections.release(client, error);
        if (!isTemporary(error) || Date.now() >= deadline) throw error;
      }
    }
  }

  /** Closes idle connections, because the process ends soon. Queries still work. */
  drain(): void {
    this.#connections.drain();
  }

  /** Waits for the running queries, then closes every connection. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#migrating;
    await this.#connections.end();
  }

  /** Turns a missing answer and a temporary error into Unavailable. */
  async #guard<T>(work: Promise<T>, lost: (error: unknown) => void = () => undefined): Promise<T> {
    try {
      return await work;
    } catch (error) {
      // Without an answer of PostgreSQL, the state of the connection is not known.
      if (!isDatabaseError(error) || error.severity === 'FATAL') lost(error);
      if (!isTemporary(error)) throw error;
      throw new Unavailable('the database is unavailable', error);
    }
  }

  async #migrateUntilDone(): Promise<void> {
    const { schema, migrations, log } = this.#parts;
    for (let failures = 1; !this.#stop.signal.aborted; failures++) {
      try {
        const client = await this.#connections.acquire();
        try {
          const applied = await migrate(client, schema, migrations);
          this.#migrated = true;
          log.info({ schema, applied }, 'the database is ready');
          return;
        } finally {
          this.#connections.release(client, this.#migrated ? undefined : 'the migration failed');
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
    idleTimeoutMillis: 30_000,
    statement_timeout: answerMs * (5 / 8),
    lock_timeout: answerMs / 2,
    // Ends the transaction of a process that hangs. PostgreSQL then rejects its late commit.
    idle_in_transaction_session_timeout: 20_000,
    // Applies if the connection is dead and not even the timeouts of the database arrive.
    query_timeout: answerMs,
  };
}

/** Whether it may succeed later: a connection that failed, or a temporary error of PostgreSQL. */
function isTemporary(error: unknown): boolean {
  return !isDatabaseError(error) || isTransient(error.code ?? '');
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
  return /^40(001|P01)$/.test(stateBehind(error));
}

/** A query waited too long for a lock. */
export function isLockTimeout(error: unknown): boolean {
  return stateBehind(error) === '55P03';
}

/** The SQLSTATE of a temporary failure. */
function stateBehind(error: unknown): string {
  const cause = error instanceof Unavailable ? error.cause : undefined;
  return isDatabaseError(cause) ? (cause.code ?? '') : '';
}
