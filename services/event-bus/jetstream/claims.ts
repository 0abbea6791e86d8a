// Claims, leases and settlements. A worker holds a cursor while the cursor names it in its lease. Every change replaces
// exactly the version that the worker has written or read before, so a worker that no longer holds the cursor changes
// nothing, whatever the clocks say. The clocks only decide how soon another worker takes over.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../common/errors.ts';
import { START_OF_LOG } from '../log.ts';
import type { Claim, Log, Settlement } from '../log.ts';
import { withRedriven } from '../redriven.ts';
import type { Cursor, Cursors, KnownCursor, Lease } from './cursors.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Heads } from './heads.ts';
import type { LogClock } from './log-clock.ts';
import { PARTITIONS } from './names.ts';
import { sharedCall } from './shared-call.ts';
import type { Write } from './write.ts';

/** A cursor that a worker of this process holds. */
interface Held {
  readonly holder: string;
  known: KnownCursor;
  /** The end of the lease (clock of this process). Measured from before the request, so it is never too late. */
  until: number;
  /** The redrive requests whose letters are in the claim. */
  readonly asked: number;
  /** The letters that the next settlement marks, because they are pending then. */
  letters: Awaited<ReturnType<DeadLetters['asked']>>['letters'];
  /** Operations on one claim run one after the other, because each needs the version that the last one wrote. */
  last: Promise<unknown>;
}

/** So many pending entries and letters are small enough for one message, and one batch. */
const MAX_PENDING_FOR_LETTERS = 400;
const LETTERS_AT_ONCE = 100;
const MAX_STALE_READS = 20;
const STALE_PAUSE_MS = 25;

export interface ClaimParts {
  readonly cursors: Cursors;
  readonly heads: Heads;
  readonly clock: LogClock;
  readonly letters: DeadLetters;
}

export class Claims {
  readonly #parts: ClaimParts;
  readonly #held = new Map<string, Held>();
  /** The cursors that this process is claiming right now. */
  readonly #claiming = new Set<string>();
  /** Reads what other processes have changed. All lanes of all subscribers share the requests. */
  readonly refresh: () => Promise<void>;

  constructor(parts: ClaimParts) {
    this.#parts = parts;
    const { cursors, heads, clock } = parts;
    this.refresh = sharedCall(async () => {
      await Promise.all([cursors.refresh(), heads.refresh(), clock.update()]);
    });
  }

  subscribe: Log['subscribe'] = async (subscribers) => {
    await this.refresh();
    const { cursors, clock } = this.#parts;
    const now = clock.now();
    for (const subscriber of subscribers) {
      const there = new Set(cursors.of(subscriber).map(({ partition }) => partition));
      const missing = Array.from({ length: PARTITIONS }, (_, partition) => partition).filter((p) => !there.has(p));
      await Promise.all(missing.map((partition) => cursors.replace(subscriber, { partition, seq: 0 }, newCursor(now))));
    }
  };

  claim: Log['claim'] = async (subscriber, leaseMs) => {
    const lost = new Set<string>();
    for (;;) {
      await this.refresh();
      const waiting = this.#waiting(subscriber).filter(
        ({ partition, seq }) => !this.#claiming.has(key(subscriber, partition)) && !lost.has(`${partition} ${seq}`),
      );
      const [first] = waiting.toSorted((a, b) => a.cursor.claimedAt - b.cursor.claimedAt);
      if (!first) return undefined;
      const place = key(subscriber, first.partition);
      this.#claiming.add(place);
      try {
        const claim = await this.#take(subscriber, first, leaseMs);
        if (claim) return claim;
        // Another worker was faster. This version is never tried again, even if a replica still returns it.
        lost.add(`${first.partition} ${first.seq}`);
      } finally {
        this.#claiming.delete(place);
      }
    }
  };

  settle: Log['settle'] = async (claim, settlement, next) =>
    this.#holding(claim, async (held) => {
      const { cursors, heads, clock } = this.#parts;
      const start = performance.now();
      const [settled] = await Promise.all([
        this.#change(claim, held, (cursor) => ({
          cursor: {
            ...this.#settled(cursor, claim, settlement, held),
            lease: next === 'release' ? null : this.lease(held.holder, next.leaseMs),
          },
          more: this.#letters(claim, settlement, held),
        })),
        next === 'release' ? undefined : heads.refreshOne(claim.partition),
      ]);
      if (!settled) return undefined;
      held.letters = [];
      if (next === 'release') this.#held.delete(key(claim.subscriber, claim.partition));
      else held.until = start + next.leaseMs;
      const totals = totalsOf(cursors.of(claim.subscriber));
      return toClaim(claim, settled, heads.of(claim.partition), clock.now(), totals);
    });

  renew: Log['renew'] = async (claim, leaseMs) => {
    const renewed = await this.#holding(claim, async (held) => {
      const start = performance.now();
      const known = await this.#change(claim, held, (cursor) => ({
        cursor: { ...cursor, lease: this.lease(held.holder, leaseMs) },
      }));
      if (known) held.until = start + leaseMs;
      return known;
    });
    return renewed !== undefined;
  };

  release: Log['release'] = async (claim) => {
    await this.#holding(claim, async (held) => {
      await this.#change(claim, held, (cursor) => ({ cursor: { ...cursor, lease: null } }));
      this.#held.delete(key(claim.subscriber, claim.partition));
    });
  };

  wake: Log['wake'] = async (subscriber) => {
    await this.refresh();
    const { cursors, clock } = this.#parts;
    const now = clock.now();
    const paused = cursors.of(subscriber).filter((known) => known.cursor.due > now && this.isFree(subscriber, known));
    // A cursor that another worker changes meanwhile stays as that worker wrote it.
    await Promise.all(paused.map((known) => cursors.replace(subscriber, known, { ...known.cursor, due: now })));
  };

  /** The free cursors with due entries. */
  #waiting(subscriber: string): readonly KnownCursor[] {
    const { cursors, heads, clock } = this.#parts;
    const now = clock.now();
    return cursors.of(subscriber).filter((known) => {
      const { state, due, retryAt, asked } = known.cursor;
      const isDue =
        (state.position < heads.of(known.partition) && due <= now) ||
        (retryAt !== null && retryAt <= now) ||
        (asked < cursors.asked(subscriber, known.partition) && state.pending.length < MAX_PENDING_FOR_LETTERS);
      return isDue && this.isFree(subscriber, known);
    });
  }

  /**
   * Whether the lease has ended. A holder in another process measures its lease with its own steady clock. This process
   * compares the end of the lease with the clock of the log. If that clock was set back, it waits until it has seen the
   * same version for the whole time of the lease.
   */
  isFree(subscriber: string, { partition, cursor: { lease }, seen }: KnownCursor): boolean {
    if (!lease) return true;
    const held = this.#held.get(key(subscriber, partition));
    if (held?.holder === lease.holder) return performance.now() >= held.until;
    return this.#parts.clock.now() >= lease.until || performance.now() - seen >= lease.ms;
  }

  async #take(subscriber: string, known: KnownCursor, leaseMs: number): Promise<Claim | undefined> {
    const { cursors, heads, clock, letters } = this.#parts;
    const { partition, cursor } = known;
    const asked = cursors.asked(subscriber, partition);
    const found =
      asked > cursor.asked && cursor.state.pending.length < MAX_PENDING_FOR_LETTERS
        ? await letters.asked(subscriber, partition, LETTERS_AT_ONCE)
        : undefined;
    const start = performance.now();
    const holder = randomUUID();
    const lease = this.lease(holder, leaseMs);
    const taken = await cursors.replace(subscriber, known, { ...cursor, claimedAt: clock.now(), lease });
    if (!taken) return undefined;
    this.#held.set(key(subscriber, partition), {
      holder,
      known: taken,
      until: start + leaseMs,
      asked: found?.complete ? asked : cursor.asked,
      letters: found?.letters ?? [],
      last: Promise.resolve(),
    });
    const totals = totalsOf(cursors.of(subscriber));
    const place = { subscriber, partition, fence: holder };
    return toClaim(place, taken, heads.of(partition), clock.now(), totals, found?.letters);
  }

  lease(holder: string, ms: number): Lease {
    return { holder, ms, until: this.#parts.clock.latest() + ms };
  }

  /** Runs work with a claim, unless its lease has ended. */
  async #holding<T>(claim: Claim, work: (held: Held) => Promise<T>): Promise<T | undefined> {
    const held = this.#held.get(key(claim.subscriber, claim.partition));
    if (held?.holder !== claim.fence) return undefined;
    const run = async () =>
      this.#held.get(key(claim.subscriber, claim.partition)) === held && performance.now() < held.until
        ? work(held)
        : undefined;
    const result = held.last.then(run, run);
    held.last = result;
    return result;
  }

  /**
   * Replaces the version that this worker wrote last. If a renewal got no answer, it may be stored anyway, so the version
   * is read again. It still counts if it names this worker.
   */
  async #change(
    { subscriber, partition }: Claim,
    held: Held,
    next: (cursor: Cursor) => { readonly cursor: Cursor; readonly more?: readonly Write[] },
  ): Promise<KnownCursor | undefined> {
    const { cursors } = this.#parts;
    for (let reads = 0; performance.now() < held.until;) {
      const { cursor, more } = next(held.known.cursor);
      const changed = await cursors.replace(subscriber, held.known, cursor, more);
      if (changed) return (held.known = changed);
      const known = await cursors.readOne(subscriber, partition);
      if (known && known.seq !== held.known.seq) {
        if (known.cursor.lease?.holder !== held.holder) break;
        held.known = known;
      } else if (++reads > MAX_STALE_READS) throw new Unavailable('the log is unavailable');
      else await sleep(STALE_PAUSE_MS);
    }
    this.#held.delete(key(subscriber, partition));
    return undefined;
  }

  #settled(cursor: Cursor, claim: Claim, settlement: Settlement, { asked }: Held): Cursor {
    const now = this.#parts.clock.now();
    const { state, accepted, faltered, retries, deaths, revived, holdFor, retryIn } = settlement;
    const letters = new Set(claim.state.pending.filter(({ redriven }) => redriven).map(({ offset }) => offset));
    const born = deaths.filter(({ offset }) => !letters.has(offset)).length;
    const gone = revived.filter((offset) => letters.has(offset)).length;
    return {
      ...cursor,
      state,
      accepted: cursor.accepted + accepted,
      faltered: cursor.faltered + faltered,
      retries: cursor.retries + retries,
      dead: cursor.dead + born - gone,
      due: now + holdFor,
      retryAt: retryIn === undefined ? null : now + retryIn,
      asked,
    };
  }

  /** The changes of dead letters that belong to a settlement. */
  #letters({ subscriber, partition }: Claim, { state, deaths, revived }: Settlement, held: Held): readonly Write[] {
    const { letters, clock } = this.#parts;
    const time = new Date(clock.now()).toISOString();
    const redriving = new Set(state.pending.filter(({ redriven }) => redriven).map(({ offset }) => offset));
    return [
      ...deaths.map((death) => letters.toStore(subscriber, partition, { ...death, time, state: 'dead' })),
      ...revived.map((offset) => letters.toRemove({ subscriber, partition, offset })),
      ...held.letters
        .filter(({ offset }) => redriving.has(offset))
        .map((letter) => letters.toStore(subscriber, partition, { ...letter, state: 'redriving' })),
    ];
  }
}

const key = (subscriber: string, partition: number): string => `${subscriber} ${partition}`;

function newCursor(now: number): Cursor {
  const zero = { accepted: 0, faltered: 0, retries: 0, dead: 0, asked: 0 };
  return { state: START_OF_LOG, ...zero, due: now, retryAt: null, claimedAt: now, lease: null };
}

function totalsOf(cursors: readonly KnownCursor[]): Pick<Claim, 'accepted' | 'faltered'> {
  const sum = (of: (cursor: Cursor) => number) => cursors.reduce((total, { cursor }) => total + of(cursor), 0);
  return { accepted: sum(({ accepted }) => accepted), faltered: sum(({ faltered }) => faltered) };
}

function toClaim(
  { subscriber, partition, fence }: Pick<Claim, 'subscriber' | 'partition' | 'fence'>,
  { cursor }: KnownCursor,
  head: number,
  now: number,
  totals: Pick<Claim, 'accepted' | 'faltered'>,
  asked: readonly { readonly offset: number; readonly subject: string }[] = [],
): Claim {
  return {
    subscriber,
    partition,
    fence,
    head,
    ...totals,
    now,
    freshDue: cursor.due,
    state: { ...cursor.state, pending: withRedriven(cursor.state.pending, asked, totals) },
  };
}
