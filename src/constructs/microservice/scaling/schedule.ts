import { WallClock } from './wall-clock';

/** The days of the week, as a schedule names them. */
export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
/** A day of the week. */
export type Day = (typeof DAYS)[number];

/** From this time on there are this many copies, until the next step. */
export interface ScheduleStep {
  /** The time on the clock of the schedule's time zone, such as `10:00`. */
  readonly at: string;
  /** The number of copies; under autoscaling the fewest. */
  readonly replicas: number;
  /**
   * The days on which it happens.
   * @default - every day
   */
  readonly days?: readonly Day[];
}

/** Copies that follow the clock, and whose clock. */
export interface Schedule {
  readonly steps: readonly ScheduleStep[];
  readonly timeZone: string;
  /** The most copies, where the load decides above what the schedule asks for. */
  readonly max?: number;
}

const MINUTES_A_DAY = 24 * 60;
/** 1970 began on a Thursday. */
const THURSDAY = 3 * MINUTES_A_DAY;

/** The steps of a week in their order: the minute of the week, and the copies from then on. */
export function weekOf(steps: readonly ScheduleStep[]): { minute: number; replicas: number }[] {
  return steps
    .flatMap(({ at, replicas, days = DAYS }) =>
      days.map((day) => ({ minute: DAYS.indexOf(day) * MINUTES_A_DAY + (minuteOfDay(at) ?? 0), replicas })),
    )
    .toSorted((a, b) => a.minute - b.minute);
}

/**
 * How many copies a schedule asks for at a moment: what the last step said. Each step happens once on its day: where clocks
 * show its time twice, the first time; where they skip it, at the moment they jump.
 */
export function scheduledReplicas(steps: readonly ScheduleStep[], timeZone: string, moment: Date): number {
  const week = weekOf(steps);
  const now = (new WallClock(timeZone).latest(moment.getTime()) / 60_000 + THURSDAY) % (7 * MINUTES_A_DAY);
  // Before the first step of a week the last one of the week before still holds.
  return (week.findLast(({ minute }) => minute <= now) ?? week.at(-1)!).replicas;
}

/** The minute of the day that `10:00` means; none where it is no time of day. */
export function minuteOfDay(at: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}
