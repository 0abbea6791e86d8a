// The relay publishes the events of the outbox to the bus, and retries until the bus accepts each one. It runs in every
// replica of a publisher. Replicas share the work with row locks: the replica that locks the first row of a subject
// publishes that subject, in order. A replica that is killed loses its locks at once. A replica that hangs loses them
// when PostgreSQL ends its transaction. Then another replica publishes the same events again, and the bus recognizes
// them as duplicates.
import { Counter } from 'prom-client';
import { backoffDelay, pauseAfter } from './backoff.ts';
import type { Backoff } from './backoff.ts';
import { Client } from './client.ts';
import type { Answer } from './client.ts';
import type { Database, Queryable } from './database.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { postEvent } from './post-event.ts';
import type { Worker } from './run.ts';

export interface RelayOptions {
  readonly database: Database;
  readonly busUrl: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How often to look for events that other replicas did not publish. @default 1000 */
  readonly pollMs?: number;
  /** The pauses while the bus is unavailable. @default 100 ms to 5 s */
  readonly backoff?: Backoff;
}

interface Row {
  readonly seq: string;
  readonly subject: string;
  readonly event: string;
  readonly attempts: number;
}

/** The result for one subject: the rows that were published, and the reason if not all were. */
interface Outcome {
  readonly published: readonly string[];
  readonly refused?: { readonly row: Row; readonly answer: Answer };
  readonly failed?: { readonly reason: string; readonly retryAfterMs: number };
}

const SUBJECTS_AT_ONCE = 32;
const ROWS_AT_ONCE = 256;
/**
 * No request starts later than this after the start of the transaction, because PostgreSQL ends an idle transaction
 * after 20 s.
 */
const ROUND_MS = 5_000;
const REQUEST_MS = 5_000;
const REFUSED_BACKOFF: Backoff = { baseMs: 1_000, maxMs: 60_000 };

/** Locks the first row of each subject. Skips a subject if its first row is locked or not due yet. */
const CLAIM_SUBJECTS = `
  SELECT o.subject FROM outbox o
  WHERE o.next_at <= now() AND o.seq = (SELECT min(first.seq) FROM outbox first WHERE first.subject = o.subject)
  ORDER BY o.seq LIMIT ${SUBJECTS_AT_ONCE} FOR UPDATE OF o SKIP LOCKED`;
const READ_ROWS = `
  SELECT seq, subject, event, attempts FROM outbox
  WHERE subject = ANY($1) ORDER BY seq LIMIT ${ROWS_AT_ONCE}`;

export class Relay implements Worker {
  readonly #options: RelayOptions;
  readonly #client = new Client({ timeoutMs: REQUEST_MS, maxSockets: SUBJECTS_AT_ONCE });
  readonly #published: Counter;
  readonly #retries: Counter;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #woken = false;
  #wake: () => void = () => undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    const registers = [options.metrics.registry];
    this.#published = new Counter({ name: 'outbox_published_total', help: 'Events that the bus accepted.', registers });
    this.#retries = new Counter({
      name: 'outbox_retries_total',
      help: 'Attempts that the bus did not accept.',
      registers,
    });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Publishes now instead of at the next poll. Call it after a commit that added to the outbox. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
    this.#client.close();
  }

  async #run(): Promise<void> {
    const { log, backoff = { baseMs: 100, maxMs: 5_000 } } = this.#options;
    const { signal } = this.#stop;
    let failures = 0;
    await Promise.race([this.#options.database.started(), aborted(signal)]);
    while (!signal.aborted) {
      this.#woken = false;
      const { progress, reason, retryAfterMs } = await this.#round();
      if (reason !== undefined) {
        failures = progress > 0 ? 1 : failures + 1;
        log.warn({ reason, failures }, 'publishing failed, will retry');
        await pauseAfter(failures, backoff, signal, retryAfterMs);
        continue;
      }
      failures = 0;
      if (progress === 0) await this.#idle();
    }
  }

  async #round(): Promise<{ progress: number; reason?: string; retryAfterMs: number }> {
    try {
      const outcomes = await this.#options.database.transaction((tx) => this.#publishClaimed(tx));
      const failed = outcomes.find((outcome) => outcome.failed)?.failed;
      const progress = outcomes.reduce((sum, outcome) => sum + outcome.published.length, 0);
      this.#published.inc(progress);
      return { progress, retryAfterMs: failed?.retryAfterMs ?? 0, ...(failed ? { reason: failed.reason } : {}) };
    } catch (error) {
      // Events that were sent in this round are sent again. The bus recognizes them by their ids.
      return { progress: 0, reason: (error as Error).message, retryAfterMs: 0 };
    }
  }

  async #publishClaimed(tx: Queryable): Promise<Outcome[]> {
    const claimed = await tx.query<{ subject: string }>({ name: 'claim subjects', text: CLAIM_SUBJECTS });
    if (claimed.rows.length === 0) return [];
    const subjects = claimed.rows.map((row) => row.subject);
    const { rows } = await tx.query<Row>({ name: 'read outbox', text: READ_ROWS, values: [subjects] });
    const bySubject = new Map<string, Row[]>();
    for (const row of rows) bySubject.set(row.subject, [...(bySubject.get(row.subject) ?? []), row]);
    const deadline = Date.now() + ROUND_MS;
    const outcomes = await Promise.all([...bySubject.values()].map((own) => this.#publishSubject(own, deadline)));
    await tx.query('DELETE FROM outbox WHERE seq = ANY($1::bigint[])', [
      outcomes.flatMap((outcome) => outcome.published),
    ]);
    for (const { refused } of outcomes) if (refused) await this.#postpone(tx, refused.row, refused.answer);
    return outcomes;
  }

  /**
   * Publishes one event after the other, and stops at the first one that is not accepted. This keeps the order of the
   * subject.
   */
  async #publishSubject(rows: readonly Row[], deadline: number): Promise<Outcome> {
    const published: string[] = [];
    for (const row of rows) {
      if (this.#stop.signal.aborted || Date.now() > deadline) break;
      const answer = await this.#post(row).catch((error: Error) => error);
      if (!(answer instanceof Error) && (answer.status === 202 || answer.status === 200)) {
        published.push(row.seq);
        continue;
      }
      this.#retries.inc();
      if (answer instanceof Error) return { published, failed: { reason: answer.message, retryAfterMs: 0 } };
      if (refuses(answer)) return { published, refused: { row, answer } };
      return { published, failed: { reason: `the bus answered ${answer.status}`, retryAfterMs: retryAfter(answer) } };
    }
    return { published };
  }

  #post(row: Row): Promise<Answer> {
    const { requestid } = JSON.parse(row.event) as { requestid?: string };
    const url = `${this.#options.busUrl}/events`;
    return postEvent(this.#client, { url, event: row.event, requestid, verb: 'publish' });
  }

  /** The bus rejected the event, which is a bug in a program. The event is kept and blocks only its own subject. */
  async #postpone(tx: Queryable, row: Row, answer: Answer): Promise<void> {
    const delay = backoffDelay(row.attempts + 1, REFUSED_BACKOFF);
    this.#options.log.error(
      { seq: row.seq, subject: row.subject, status: answer.status, answer: answer.body },
      'the bus rejected an event',
    );
    await tx.query(`UPDATE outbox SET attempts = attempts + 1, next_at = now() + $2 * interval '1 ms' WHERE seq = $1`, [
      row.seq,
      delay,
    ]);
  }

  async #idle(): Promise<void> {
    if (this.#woken || this.#stop.signal.aborted) return;
    const { pollMs = 1_000 } = this.#options;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs * (0.75 + Math.random() / 2));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A 4xx status is about the event itself, except 408 and 429, which are temporary. */
function refuses({ status }: Answer): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function retryAfter({ headers }: Answer): number {
  const seconds = Number(headers['retry-after']);
  return seconds > 0 ? Math.min(seconds, 30) * 1_000 * (1 + Math.random() / 4) : 0;
}
