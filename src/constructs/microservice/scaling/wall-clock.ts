import { DAY, HOUR, MINUTE } from './week';

/** Clocks are set back by an hour, in one place by two. */
const LONGEST_SET_BACK = 3 * HOUR;

/** A time of day that clocks do not show once on its day: they jump over it, or show it twice. */
export type Irregular = 'skipped' | 'twice';

/** Where clocks jump forward: the first reading that they skip, and the one they go on with. */
export interface Jump {
  readonly from: number;
  readonly to: number;
}

/**
 * The clocks of a time zone. A reading is what they show, in milliseconds as if it were UTC. Readings can be compared and
 * calculated with, although clocks skip some readings and show others twice. Readings and instants are whole minutes.
 */
export class WallClock {
  readonly #format: Intl.DateTimeFormat;

  constructor(readonly timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      hourCycle: 'h23',
    });
  }

  /** What they show at an instant. */
  reading(instant: number): number {
    const parts = Object.fromEntries(
      this.#format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    return Date.UTC(parts.year!, parts.month! - 1, parts.day, parts.hour, parts.minute);
  }

  /** By how much they are ahead of UTC. */
  offset(instant: number): number {
    return this.reading(instant) - Math.floor(instant / MINUTE) * MINUTE;
  }

  /** The latest that they have shown until then: clocks that were set back take a while to get there again. */
  latest(instant: number): number {
    let latest = -Infinity;
    for (let back = 0; back <= LONGEST_SET_BACK; back += MINUTE)
      latest = Math.max(latest, this.reading(instant - back));
    return latest;
  }

  /** When they first show a reading, or jump over it. */
  happens(reading: number): { instant: number; clocks?: Irregular } {
    const instants = this.#offsetsAround(reading).map((offset) => reading - offset);
    const [first, second] = instants.filter((instant) => this.reading(instant) === reading);
    if (first === undefined) return { instant: this.#change(instants[0]!, instants.at(-1)!), clocks: 'skipped' };
    return { instant: first, ...(second !== undefined && { clocks: 'twice' as const }) };
  }

  /** Every jump forward between two instants. */
  *jumps(from: number, to: number): Generator<Jump> {
    // Clocks change twice a year, and where they follow Ramadan, four weeks apart.
    const step = 10 * DAY;
    for (let start = from, before = this.offset(start); start < to; start += step) {
      const after = this.offset(start + step);
      if (after > before) {
        const change = this.#change(start, start + step);
        yield { from: change + before, to: change + after };
      }
      before = after;
    }
  }

  /** The offsets that hold shortly before and after a reading, the largest first: its instants come out in their order. */
  #offsetsAround(reading: number): number[] {
    return [...new Set([this.offset(reading - DAY), this.offset(reading + DAY)])].toSorted((a, b) => b - a);
  }

  /** The first instant after `start` at which another offset holds, which does at `end`. */
  #change(start: number, end: number): number {
    const offset = this.offset(start);
    let [before, after] = [start, end];
    while (after - before > MINUTE) {
      const middle = Math.floor((before + after) / 2 / MINUTE) * MINUTE;
      if (this.offset(middle) === offset) before = middle;
      else after = middle;
    }
    return after;
  }
}
