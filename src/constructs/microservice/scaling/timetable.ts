import { WallClock, type Irregular } from './wall-clock';
import type { Schedule, ScheduleStep } from './schedule';
import { DAY, stepsBetween } from './week';

/** One week, plus more than any change of clocks. */
const EIGHT_DAYS = 8 * DAY;

/** A step of a schedule at an instant at which it happens. */
export interface Happening {
  readonly step: ScheduleStep;
  /** The instant, in milliseconds. */
  readonly instant: number;
  /** Set if clocks skip the time of the step on that day, or show it twice. */
  readonly clocks?: Irregular;
}

/** The current and the next step of a schedule at an instant. */
export interface Standing {
  /** The current step. */
  readonly since: Happening;
  /** The next step with another number of replicas; undefined if all steps have the same number. */
  readonly next?: Happening;
}

/** The instants at which the steps of a schedule happen, and the CronJobs change the number of replicas. */
export class Timetable {
  readonly #clock: WallClock;
  readonly #steps: readonly ScheduleStep[];

  constructor({ steps, timeZone }: Schedule) {
    this.#clock = new WallClock(timeZone);
    this.#steps = steps;
  }

  /** The current step at an instant, and the next one. */
  at(instant: number): Standing {
    const around = this.between(instant - EIGHT_DAYS, instant + EIGHT_DAYS);
    const since = around.findLast((happening) => happening.instant <= instant)!;
    const next = around.find(
      (happening) => happening.instant > instant && happening.step.replicas !== since.step.replicas,
    );
    return { since, ...(next && { next }) };
  }

  /** The steps between two instants, in order. */
  between(from: number, to: number): Happening[] {
    return (
      // Clocks skip at most one day.
      stepsBetween(this.#steps, this.#clock.reading(from) - DAY, this.#clock.reading(to) + DAY)
        .map(({ step, reading }) => ({ step, ...this.#clock.happens(reading) }))
        // If clocks jump over several steps at once, the last one applies.
        .filter(({ instant }, i, all) => instant >= from && instant <= to && instant !== all[i + 1]?.instant)
    );
  }
}
