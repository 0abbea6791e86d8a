// The relay: carries the outbox to the bus until each event has been accepted. Runs in every copy of a publisher.
// Copies share the work by row locks: who holds the first row of a subject publishes that subject, in order. A copy that
// dies loses its locks at once, one that hangs when Postgres ends its transaction; then another publishes the same again,
// which the bus takes for the same event.
import { Counter } from 'prom-client';
import { backoffDelay, pauseAfter } from './backoff.ts';
import type { Backoff } from './backoff.ts';
import { Client } from './client.ts';
import type { Answer } from './client.ts';
import type { Database, Queryable } from './database.ts';
import { CONTENT_TYPE } from './events.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Worker } from './run.ts';

export interface RelayOptions {
  readonly database: Database;
  readonly busUrl: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How often to look for what other copies left behind. @default 1000 */
  readonly pollMs?: number;
  /** While the bus can not be reached. @default 100 ms to 5 s */
  readonly backoff?: Backoff;
}

interface Row {
  readonly seq: string;
  readonly subject: string;
  readonly event: string;
  readonly attempts: number;
}

/** What became of a subject's rows: how many went out, and what stopped them if something did. */
interface Outcome {
  readonly published: readonly string[];
  readonly refused?: { readonly row: Row; readonly answer: Answer };
  readonly failed?: { readonly reason: string; readonly retryAfterMs: number };
}

const SUBJECTS_AT_ONCE = 32;
const ROWS_AT_ONCE = 256;
/** No request starts later than this into a transaction, which Postgres would end at 20 s. */
const ROUND_MS = 5_000;
const REQUEST_MS = 5_000;
const REFUSED_BACKOFF: Backoff = { baseMs: 1_000, maxMs: 60_000 };

/** The first waiting row of each subject; one whose first row is locked or has to wait is left out entirely. */
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

  /** To be called after a commit that added to the outbox: it goes out now and not at the next poll. */
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
        log.warn({ reason, failures }, 'could not publish; will try again');
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
      // What went out in this round goes out again: the bus knows the ids.
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

  /** One after the other, and none after one that was not accepted: that is the order per subject. */
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
    const { traceid } = JSON.parse(row.event) as { traceid?: string };
    const headers = { 'content-type': CONTENT_TYPE, ...(traceid ? { 'x-request-id': traceid } : {}) };
    return this.#client.post(`${this.#options.busUrl}/events`, row.event, headers);
  }

  /** The bus works but will not have this event: a fault in a program. It is kept, and holds up its own subject only. */
  async #postpone(tx: Queryable, row: Row, answer: Answer): Promise<void> {
    const delay = backoffDelay(row.attempts + 1, REFUSED_BACKOFF);
    this.#options.log.error(
      { seq: row.seq, subject: row.subject, status: answer.status, answer: answer.body },
      'the bus refuses an event',
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

/** 4xx means the event; 408 and 429 mean the moment. */
function refuses({ status }: Answer): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function retryAfter({ headers }: Answer): number {
  const seconds = Number(headers['retry-after']);
  return seconds > 0 ? Math.min(seconds, 30) * 1_000 * (1 + Math.random() / 4) : 0;
}
