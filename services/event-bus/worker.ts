import { setMaxListeners } from 'node:events';
import { pauseAfter } from '../common/backoff.ts';
import type { Log as Logger } from '../common/log.ts';
import { Signal, Slots } from './concurrency.ts';
import type { Deliver } from './deliver.ts';
import type { Claim, Entry, Log, Settlement } from './log.ts';
import { duePending, needsControls, plan, settle } from './round.ts';
import type { Outcome, Plan, Policy } from './round.ts';

export interface Tuning extends Policy {
  /** The longest that one delivery takes. Everything else about time follows from it. */
  readonly timeoutMs: number;
  readonly pollMs: number;
  /** Partitions that one process holds at once for a subscriber: the others are left for its equals. */
  readonly lanes: number;
  /** Deliveries that one process has under way at once for a subscriber. */
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

/** A claim, and since when its lease surely runs (this process's clock). */
interface Held {
  readonly claim: Claim;
  readonly asked: number;
}

const BATCH_BYTES = 1024 * 1024;
/** Pending entries of one cursor; with more, it does not move on. */
const MAX_PENDING = 500;
/** After so many failures and nothing accepted, a round asks no more. */
const MAX_FAILURES = 8;
/** A partition is given back after this time even if it has more, so that new copies of the bus get their share. */
const HOLD_MS = 1_000;

/** Delivers to one subscriber: a few lanes, each holding one partition at a time. Never blocks another subscriber. */
export class SubscriberWorker {
  readonly #parts: WorkerParts;
  readonly #slots: Slots;
  readonly #signal = new Signal();
  readonly #stop = new AbortController();
  #lanes: Promise<void>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #troubled = false;
  #away = false;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#slots = new Slots(parts.tuning.concurrency);
    setMaxListeners(0, this.#stop.signal);
  }

  start(): void {
    this.#lanes = Array.from({ length: this.#parts.tuning.lanes }, () => this.#lane());
    this.#poll();
  }

  /** Something was published. */
  wake(): void {
    this.#signal.notify();
  }

  /** Starts no more deliveries; resolves when those under way are finished and settled, and the claims given back. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    for (const _ of this.#lanes) this.#signal.notify();
    await Promise.all(this.#lanes);
  }

  /** Half of it for starting deliveries, the rest for the last of them, controls, and the settlement. */
  get #leaseMs(): number {
    return this.#parts.tuning.timeoutMs * 4;
  }

  /** What other processes published, what is due again, and the leases of the dead. */
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
    const { log, logger, subscriber } = this.#parts;
    for (let failures = 0; !this.#stop.signal.aborted;) {
      try {
        const asked = performance.now();
        const claim = await log.claim(subscriber, this.#leaseMs);
        failures = 0;
        this.#away = false;
        if (claim) {
          // There may be more than this one: the next lane looks.
          this.#signal.notify();
          await this.#hold({ claim, asked });
        } else if (!this.#stop.signal.aborted) {
          await this.#signal.wait();
        }
      } catch (err) {
        // Once for all lanes.
        if (!this.#away) logger.warn({ err, subscriber }, 'the log can not be used');
        this.#away = true;
        await pauseAfter(++failures, { baseMs: 100, maxMs: 2_000 }, this.#stop.signal);
      }
    }
  }

  /** Round after round, as long as there is more to deliver and the claim holds. */
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

  async #turn({ claim, asked }: Held, until: number): Promise<Held | undefined> {
    const { log, logger, subscriber } = this.#parts;
    const settlement = await this.#renewing(claim, () => this.#round(claim, asked));
    const { position } = settlement.state;
    const settled = performance.now();
    const goOn =
      position > claim.state.position && position < claim.head && settled < until && !this.#stop.signal.aborted;
    const next = await log.settle(claim, settlement, goOn ? { leaseMs: this.#leaseMs } : 'release');
    if (!next) {
      logger.warn({ subscriber, partition: claim.partition }, 'the claim ran out: its events will be delivered again');
      return undefined;
    }
    this.#report(claim, settlement);
    if (claim.state.failures > 0 && settlement.accepted > 0) await log.wake(subscriber);
    return goOn ? { claim: next, asked: settled } : undefined;
  }

  /** A round that takes long, on a machine with too much to do, must not lose what it did. A stopped process renews nothing. */
  async #renewing<T>(claim: Claim, work: () => Promise<T>): Promise<T> {
    const renew = () => void this.#parts.log.renew(claim, this.#leaseMs).catch(() => undefined);
    const timer = setInterval(renew, this.#parts.tuning.timeoutMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  /** The log was away just now. Nobody else may go on before the lease has ended, so try to end it. */
  async #giveBack({ claim, asked }: Held): Promise<void> {
    for (let failures = 1; performance.now() < asked + this.#leaseMs; failures++) {
      try {
        return await this.#parts.log.release(claim);
      } catch {
        if (this.#stop.signal.aborted) return;
        await pauseAfter(failures, { baseMs: 50, maxMs: 500 }, this.#stop.signal);
      }
    }
  }

  async #round(claim: Claim, asked: number): Promise<Settlement> {
    const { log, tuning } = this.#parts;
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
    const outcomes = await this.#deliverAll(planned, asked + tuning.timeoutMs * 1.5);
    const well = needsControls(claim, outcomes, tuning) && (await this.#isWell());
    const settlement = settle(claim, planned, outcomes, tuning, now(), well);
    // Too many are pending to read on: look again when the first of them is due.
    return room > 0 ? settlement : { ...settlement, holdFor: Math.max(settlement.holdFor, settlement.retryIn ?? 0) };
  }

  /** At once, since the lease has room for one delivery only. */
  async #isWell(): Promise<boolean> {
    const { log, deliver, subscriber } = this.#parts;
    const controls = this.#stop.signal.aborted ? [] : await log.controls(subscriber);
    const outcomes = await Promise.all(controls.map(deliver));
    return outcomes.length > 0 && outcomes.every(({ kind }) => kind === 'accepted');
  }

  async #deliverAll({ chains }: Plan, deadline: number): Promise<ReadonlyMap<number, Outcome>> {
    const { deliver } = this.#parts;
    const outcomes = new Map<number, Outcome>();
    let accepted = 0;
    let failed = 0;
    const mayStart = () =>
      !this.#stop.signal.aborted && performance.now() < deadline && (failed < MAX_FAILURES || accepted > 0);
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
      logger.warn({ subscriber, partition }, 'the subscriber takes nothing: trying again with pauses');
    if (this.#troubled && settlement.accepted > 0) logger.info({ subscriber }, 'the subscriber takes events again');
    this.#troubled = settlement.accepted > 0 ? false : this.#troubled || troubled;
  }
}
