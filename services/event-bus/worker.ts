import { setMaxListeners } from 'node:events';
import { pauseAfter } from '../common/backoff.ts';
import type { Log as Logger } from '../common/log.ts';
import { Signal, Slots } from './concurrency.ts';
import type { Deliver } from './deliver.ts';
import type { Claim, Entry, Log, Settlement } from './log.ts';
import { duePending, needsControls, plan, settle } from './round.ts';
import type { Outcome, Plan, Policy } from './round.ts';

export interface Tuning extends Policy {
  /** The timeout of one delivery. */
  readonly timeoutMs: number;
  /**
   * How long a partition stays with a replica that was killed. A replica that runs renews its leases, so that a slow round
   * does not lose its results.
   */
  readonly leaseMs: number;
  readonly pollMs: number;
  /**
   * How many partitions of a subscriber this process holds at once. The other partitions are left to other replicas.
   */
  readonly lanes: number;
  /** How many deliveries to a subscriber this process runs at once. */
  readonly concurrency: number;
  readonly batch: number;
}

export interface WorkerParts {
  readonly subscriber: string;
  readonly log: Log;
  readonly deliver: Deliver;
  readonly tuning: Tuning;
  readonly logger: Logger;
  readonly observe?: (settlement: Settlement) => void;
}

/** A claim, with times of the clock of this process. */
interface Held {
  readonly claim: Claim;
  /** A time before the start of the first lease. */
  readonly asked: number;
  /** A time before the end of the lease. A renewal changes it. */
  validUntil: number;
}

const BATCH_BYTES = 1024 * 1024;
/** The maximum number of pending entries of a cursor. When it is reached, no fresh entries are read. */
const MAX_PENDING = 500;
/** After this many failures with nothing accepted, a round starts no more deliveries. */
const MAX_FAILURES = 8;
/**
 * A partition is released after this time even if it has more entries, so that new replicas of the bus get their share.
 */
const HOLD_MS = 1_000;

/**
 * Delivers to one subscriber with a few lanes. Each lane holds one partition at a time. Never blocks another
 * subscriber.
 */
export class SubscriberWorker {
  readonly #parts: WorkerParts;
  readonly #slots: Slots;
  readonly #signal = new Signal();
  readonly #stop = new AbortController();
  #lanes: Promise<void>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #troubled = false;
  #logFailed = false;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#slots = new Slots(parts.tuning.concurrency);
    setMaxListeners(0, this.#stop.signal);
  }

  start(): void {
    this.#lanes = Array.from({ length: this.#parts.tuning.lanes }, () => this.#lane());
    this.#poll();
  }

  /** Call this after an event was stored. */
  wake(): void {
    this.#signal.notify();
  }

  /** Starts no more deliveries. Resolves when the running deliveries are settled and the claims released. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    for (const _ of this.#lanes) this.#signal.notify();
    await Promise.all(this.#lanes);
  }

  /** Wakes a lane regularly, for events from other processes, retries that are due, and leases that have ended. */
  #poll(): void {
    this.#timer = setTimeout(
      () => {
        this.#signal.notify();
        this.#poll();
      },
      this.#parts.tuning.pollMs * (0.5 + Math.random()),
    );
  }

  async #lane(): Promise<void> {
    const { log, logger, subscriber, tuning } = this.#parts;
    for (let failures = 0; !this.#stop.signal.aborted;) {
      try {
        const asked = performance.now();
        const claim = await log.claim(subscriber, tuning.leaseMs);
        failures = 0;
        this.#logFailed = false;
        if (claim) {
          // There may be more work, so wake the next lane.
          this.#signal.notify();
          await this.#hold({ claim, asked, validUntil: asked + tuning.leaseMs });
        } else if (!this.#stop.signal.aborted) {
          await this.#signal.wait();
        }
      } catch (err) {
        // Log once for all lanes.
        if (!this.#logFailed) logger.warn({ err, subscriber }, 'the log is not available');
        this.#logFailed = true;
        await pauseAfter(++failures, { baseMs: 100, maxMs: 2_000 }, this.#stop.signal);
      }
    }
  }

  /** Runs rounds while the claim is valid and there is more to deliver. */
  async #hold(first: Held): Promise<void> {
    const until = first.asked + HOLD_MS;
    let next: Held | undefined = first;
    while (next) {
      const held: Held = next;
      try {
        next = await this.#turn(held, until);
      } catch (error) {
        await this.#giveBack(held);
        throw error;
      }
    }
  }

  async #turn(held: Held, until: number): Promise<Held | undefined> {
    const { log, logger, subscriber, tuning } = this.#parts;
    const { claim } = held;
    const settlement = await this.#renewing(held, () => this.#round(held));
    const { position } = settlement.state;
    const settled = performance.now();
    const goOn =
      position > claim.state.position && position < claim.head && settled < until && !this.#stop.signal.aborted;
    const next = await log.settle(claim, settlement, goOn ? { leaseMs: tuning.leaseMs } : 'release');
    if (!next) {
      logger.warn({ subscriber, partition: claim.partition }, 'the claim expired: its events will be delivered again');
      return undefined;
    }
    this.#report(claim, settlement);
    if (claim.state.failures > 0 && settlement.accepted > 0) await log.wake(subscriber);
    return goOn ? { claim: next, asked: settled, validUntil: settled + tuning.leaseMs } : undefined;
  }

  /** Renews the lease while the work runs. A process that hangs does not renew. */
  async #renewing<T>(held: Held, work: () => Promise<T>): Promise<T> {
    const { log, tuning } = this.#parts;
    const renew = async () => {
      const asked = performance.now();
      if (await log.renew(held.claim, tuning.leaseMs)) held.validUntil = asked + tuning.leaseMs;
    };
    const timer = setInterval(() => void renew().catch(() => undefined), tuning.leaseMs / 4);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  /** Releases a claim after an error of the log. Without that, other workers must wait for the end of the lease. */
  async #giveBack({ claim, validUntil }: Held): Promise<void> {
    for (let failures = 1; performance.now() < validUntil; failures++) {
      try {
        return await this.#parts.log.release(claim);
      } catch {
        if (this.#stop.signal.aborted) return;
        await pauseAfter(failures, { baseMs: 50, maxMs: 500 }, this.#stop.signal);
      }
    }
  }

  async #round(held: Held): Promise<Settlement> {
    const { log, tuning } = this.#parts;
    const { claim } = held;
    const received = performance.now();
    const now = () => claim.now + performance.now() - received;
    const due = duePending(claim, now()).slice(0, tuning.batch);
    const room = Math.min(tuning.batch, MAX_PENDING - claim.state.pending.length);
    const readFresh = room > 0 && claim.head > claim.state.position && claim.freshDue <= now();
    const none: readonly Entry[] = [];
    const [retried, fresh] = await Promise.all([
      due.length > 0
        ? log.readAt(
            claim,
            due.map(({ offset }) => offset),
          )
        : none,
      readFresh ? log.read(claim, room, BATCH_BYTES) : none,
    ]);
    const planned = plan(claim, retried, fresh);
    const outcomes = await this.#deliverAll(planned, held);
    const well = needsControls(claim, outcomes, tuning) && (await this.#isWell());
    const settlement = settle(claim, planned, outcomes, tuning, now(), well);
    // If there are too many pending entries to read more, wait until the first of them is due.
    return room > 0 ? settlement : { ...settlement, holdFor: Math.max(settlement.holdFor, settlement.retryIn ?? 0) };
  }

  /** Delivers all controls at once, so that the round ends soon. */
  async #isWell(): Promise<boolean> {
    const { log, deliver, subscriber } = this.#parts;
    const controls = this.#stop.signal.aborted ? [] : await log.controls(subscriber);
    const outcomes = await Promise.all(controls.map(deliver));
    return outcomes.length > 0 && outcomes.every(({ kind }) => kind === 'accepted');
  }

  /** Starts deliveries for 1.5 timeouts, and only while the lease is valid. */
  async #deliverAll({ chains }: Plan, held: Held): Promise<ReadonlyMap<number, Outcome>> {
    const { deliver, tuning } = this.#parts;
    const deadline = held.asked + tuning.timeoutMs * 1.5;
    const outcomes = new Map<number, Outcome>();
    let accepted = 0;
    let failed = 0;
    const mayStart = () =>
      !this.#stop.signal.aborted &&
      performance.now() < Math.min(deadline, held.validUntil) &&
      (failed < MAX_FAILURES || accepted > 0);
    await Promise.all(
      chains.map(async (chain) => {
        for (const { entry } of chain) {
          const outcome = await this.#slots.use(async () => (mayStart() ? deliver(entry) : undefined));
          if (!outcome) return;
          outcomes.set(entry.offset, outcome);
          if (outcome.kind === 'accepted') accepted++;
          if (outcome.kind === 'failed') {
            failed++;
            return;
          }
        }
      }),
    );
    return outcomes;
  }

  #report({ partition }: Claim, settlement: Settlement): void {
    const { logger, observe, subscriber } = this.#parts;
    observe?.(settlement);
    for (const { offset, reason, error, attempts } of settlement.deaths) {
      logger.warn({ subscriber, partition, offset, reason, error, attempts }, 'dead letter');
    }
    const troubled = settlement.state.failures > 0;
    if (troubled && !this.#troubled)
      logger.warn({ subscriber, partition }, 'the subscriber accepts nothing: retrying with pauses');
    if (this.#troubled && settlement.accepted > 0) logger.info({ subscriber }, 'the subscriber accepts events again');
    this.#troubled = settlement.accepted > 0 ? false : this.#troubled || troubled;
  }
}
