// Safe retries of a POST. The answer to a request with an `Idempotency-Key` is stored in the transaction of its effect.
// So a client that got no answer, or 503, can repeat the request: if the effect was committed, it gets the stored
// answer, from any replica.
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Counter } from 'prom-client';
import { pauseAfter } from './backoff.ts';
import { canonicalJson } from './canonical-json.ts';
import { isLockTimeout } from './database.ts';
import type { Database, Queryable } from './database.ts';
import { HttpError, unprocessable } from './errors.ts';
import { idempotencyKey } from './idempotency-key.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Worker } from './run.ts';

/** A migration of every service with safe retries. */
export const IDEMPOTENCY_TABLES = `
  CREATE TABLE idempotency_key (
    resource text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status int NOT NULL,
    answer text NOT NULL,
    expires_at timestamptz NOT NULL DEFAULT now() + interval '1 day',
    PRIMARY KEY (resource, key)
  );
  CREATE INDEX idempotency_key_expires ON idempotency_key (expires_at);
`;

/**
 * Waits for another transaction with the same key, but at most a second: a replica that hangs keeps its transaction
 * open for longer. A key that has expired is taken over. If the key exists, this locks its row, so it is not removed
 * before it is read.
 */
const ENTER = `
  WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', '1000', true) AS ms)
  INSERT INTO idempotency_key AS known (resource, key, fingerprint, status, answer)
  SELECT $1, $2, $3, $4, $5 FROM patience WHERE ms IS NOT NULL
  ON CONFLICT (resource, key) DO UPDATE
  SET fingerprint = excluded.fingerprint, status = excluded.status, answer = excluded.answer,
      expires_at = excluded.expires_at
  WHERE known.expires_at <= now()`;
const READ = 'SELECT fingerprint, status, answer FROM idempotency_key WHERE resource = $1 AND key = $2';
const BATCH = 500;
/** Replicas remove different rows, because each skips the rows that another one has locked. */
const REMOVE = `
  DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY (
    SELECT ctid FROM idempotency_key WHERE expires_at <= now() ORDER BY expires_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`;

export interface IdempotencyParts {
  readonly database: Database;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How often each replica removes expired keys. @default 60000 */
  readonly cleanMs?: number;
}

/** A write: what it changes, and its answer. */
export interface Write {
  /** The path that the request changes. The same key on another resource is another key. */
  readonly resource: string;
  readonly status: number;
  readonly answer: object;
  readonly effect: (tx: Queryable) => Promise<void>;
}

interface Known {
  readonly fingerprint: string;
  readonly status: number;
  readonly answer: string;
}

export class Idempotency implements Worker {
  readonly #parts: IdempotencyParts;
  readonly #requests: Counter<'result'>;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(parts: IdempotencyParts) {
    this.#parts = parts;
    this.#requests = new Counter({
      name: 'idempotency_requests_total',
      help: 'Requests with an Idempotency-Key, by result.',
      labelNames: ['result'] as const,
      registers: [parts.metrics.registry],
    });
  }

  /**
   * Runs the effect in a transaction and sends the answer. If the key of the request was used before, sends the stored
   * answer instead. Only successful writes are stored: after any error, the request can be repeated with the same key.
   */
  async write(request: FastifyRequest, reply: FastifyReply, write: Write): Promise<void> {
    const key = idempotencyKey(request.headers);
    const known = await this.#parts.database.transaction(async (tx) => {
      const earlier = key === undefined ? undefined : await this.#enter(tx, key, request.body, write);
      if (earlier === undefined) await write.effect(tx);
      return earlier;
    });
    if (key !== undefined) this.#requests.inc({ result: known ? 'replayed' : 'new' });
    if (known) void reply.header('idempotent-replayed', 'true');
    void reply.code(known?.status ?? write.status).type('application/json; charset=utf-8');
    void reply.send(known?.answer ?? JSON.stringify(write.answer));
  }

  /** Stores the answer, unless there is one. Returns the stored answer, or undefined if the key is new. */
  async #enter(tx: Queryable, key: string, body: unknown, write: Write): Promise<Known | undefined> {
    const fingerprint = createHash('sha256').update(canonicalJson(body)).digest('base64');
    const values = [write.resource, key, fingerprint, write.status, JSON.stringify(write.answer)];
    const entered = await tx.query({ name: 'enter key', text: ENTER, values }).catch((error: unknown) => {
      if (!isLockTimeout(error)) throw error;
      this.#requests.inc({ result: 'in_progress' });
      throw new HttpError(409, 'request_in_progress', 'a request with this Idempotency-Key is still in progress', {
        retryAfter: 1,
      });
    });
    if (entered.rowCount === 1) return undefined;
    const { rows } = await tx.query<Known>({ name: 'read key', text: READ, values: [write.resource, key] });
    const [known] = rows;
    if (known?.fingerprint === fingerprint) return known;
    this.#requests.inc({ result: 'reused' });
    throw unprocessable(
      'idempotency_key_reused',
      'this Idempotency-Key was used for a request with another body: use a new key for each new request',
    );
  }

  /** Removes expired keys from time to time. */
  start(): void {
    this.#running ??= this.#clean();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #clean(): Promise<void> {
    const { database, log, cleanMs = 60_000 } = this.#parts;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await pauseAfter(1, { baseMs: cleanMs, maxMs: cleanMs }, signal);
      try {
        while (!signal.aborted && (await database.query(REMOVE)).rowCount === BATCH);
      } catch (error) {
        log.warn({ reason: String(error) }, 'expired idempotency keys were not removed, will retry');
      }
    }
  }
}
