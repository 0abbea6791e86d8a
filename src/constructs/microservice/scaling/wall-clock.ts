import { DAY, HOUR, MINUTE } from './week';

/** An upper limit: clocks are set back by one hour, and in one place by two hours. */
const LONGEST_SET_BACK = 3 * HOUR;

/** How clocks treat a time of day that they do not show exactly once on a day: they skip it or show it twice. */
export type Irregular = 'skipped' | 'twice';

/** A forward jump of clocks: the first skipped reading, and the reading after the jump. */
export interface Jump {
  readonly from: number;
  readonly to: number;
}

/**
 * The clocks of a time zone. A reading is the time that they show, in milliseconds as if it were UTC, so that readings
 * can be compared and subtracted. Clocks skip some readings and show others twice. Readings and instants are whole
 * minutes.
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

  /** The reading at an instant. */
  reading(instant: number): number {
    const parts = Object.fromEntries(
      this.#format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    return Date.UTC(parts.year!, parts.month! - 1, parts.day, parts.hour, parts.minute);
  }

  /** The offset from UTC at an instant, in milliseconds. */
  offset(instant: number): number {
    return this.reading(instant) - Math.floor(instant / MINUTE) * MINUTE;
  }

  /**
   * The latest reading up to an instant. For a while after clocks were set back, this is the last reading before the
   * change.
   */
  latest(instant: number): number {
    let latest = -Infinity;
    for (let back = 0; back <= LONGEST_SET_BACK; back += MINUTE)
      latest = Math.max(latest, this.reading(instant - back));
    return latest;
  }

  /** The first instant at which clocks show a reading or jump over it. */
  happens(reading: number): { instant: number; clocks?: Irregular } {
    const instants = this.#offsetsAround(reading).map((offset) => reading - offset);
    const [first, second] = instants.filter((instant) => this.reading(instant) === reading);
    if (first === undefined) return { instant: this.#change(instants[0]!, instants.at(-1)!), clocks: 'skipped' };
    return { instant: first, ...(second !== undefined && { clocks: 'twice' as const }) };
  }

  /** Every jump forward between two instants. */
  *jumps(from: number, to: number): Generator<Jump> {
    // Two changes of clocks are at least four weeks apart. The shortest distance is in time zones that follow Ramadan.
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

  /**
   * The offsets one day before and after a reading. The largest comes first, so that the instants of the reading are in
   * order.
   */
  #offsetsAround(reading: number): number[] {
    return [...new Set([this.offset(reading - DAY), this.offset(reading + DAY)])].toSorted((a, b) => b - a);
  }

  /**
   * The first instant after `start` that has another offset. The offset at `end` must differ from the one at `start`.
   */
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
