import { WallClock, type Irregular } from './wall-clock';
import { DAYS, minuteOfDay, type Schedule, type ScheduleStep } from './schedule';

const DAY = 24 * 60 * 60_000;
/** A week, and more than clocks can be off by. */
const EIGHT_DAYS = 8 * DAY;

/** A step of a schedule when it happens. */
export interface Happening {
  readonly step: ScheduleStep;
  /** The instant, in milliseconds. */
  readonly instant: number;
  /** What clocks do with its time on that day, if that is out of the ordinary. */
  readonly clocks?: Irregular;
}

/** The present and the next step of a schedule at an instant. */
export interface Standing {
  /** The step that holds. */
  readonly since: Happening;
  /** The next step that asks for another number; none where all ask for the same. */
  readonly next?: Happening;
}

/** When the steps of a schedule happen: the times at which the CronJobs change the number of replicas. */
export class Timetable {
  readonly #clock: WallClock;
  readonly #steps: readonly ScheduleStep[];

  constructor({ steps, timeZone }: Schedule) {
    this.#clock = new WallClock(timeZone);
    this.#steps = steps;
  }

  /** What holds at an instant, and until when. */
  at(instant: number): Standing {
    const around = this.between(instant - EIGHT_DAYS, instant + EIGHT_DAYS);
    const since = around.findLast((happening) => happening.instant <= instant)!;
    const next = around.find(
      (happening) => happening.instant > instant && happening.step.replicas !== since.step.replicas,
    );
    return { since, ...(next && { next }) };
  }

  /** The steps that happen from one instant to another, in their order. */
  between(from: number, to: number): Happening[] {
    const firstDay = Math.floor(this.#clock.reading(from) / DAY) - 1;
    const lastDay = Math.floor(this.#clock.reading(to) / DAY) + 1;
    const readings: { step: ScheduleStep; reading: number }[] = [];
    for (let day = firstDay; day <= lastDay; day++) {
      // 1970 began on a Thursday.
      const name = DAYS[(day + 3) % 7]!;
      for (const step of this.#steps) {
        if ((step.days ?? DAYS).includes(name))
          readings.push({ step, reading: day * DAY + minuteOfDay(step.at)! * 60_000 });
      }
    }
    return (
      readings
        .toSorted((a, b) => a.reading - b.reading)
        .map(({ step, reading }) => ({ step, ...this.#clock.happens(reading) }))
        // Of several that clocks jump over at once the last one holds.
        .filter(({ instant }, i, all) => instant >= from && instant <= to && instant !== all[i + 1]?.instant)
    );
  }
}
