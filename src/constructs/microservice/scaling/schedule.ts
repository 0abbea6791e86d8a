import { WallClock } from './wall-clock';

/** The days of the week, as a schedule names them. */
export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
/** A day of the week. */
export type Day = (typeof DAYS)[number];

/** The number of replicas from a time on, until the next step. */
export interface ScheduleStep {
  /** The time of day in the time zone of the schedule, such as `10:00`. */
  readonly at: string;
  /** The number of replicas; with autoscaling the minimum. */
  readonly replicas: number;
  /**
   * The days on which the step happens.
   * @default - every day
   */
  readonly days?: readonly Day[];
}

/** A schedule of replicas and its time zone. */
export interface Schedule {
  readonly steps: readonly ScheduleStep[];
  readonly timeZone: string;
  /** The maximum number of replicas, if the number also follows the load. */
  readonly max?: number;
}

const MINUTES_A_DAY = 24 * 60;
/** 1970 began on a Thursday. */
const THURSDAY = 3 * MINUTES_A_DAY;

/** The steps of a week in order: the minute of the week, and the number of replicas from then on. */
export function weekOf(steps: readonly ScheduleStep[]): { minute: number; replicas: number }[] {
  return steps
    .flatMap(({ at, replicas, days = DAYS }) =>
      days.map((day) => ({ minute: DAYS.indexOf(day) * MINUTES_A_DAY + (minuteOfDay(at) ?? 0), replicas })),
    )
    .toSorted((a, b) => a.minute - b.minute);
}

/**
 * How many replicas a schedule sets at a moment: the number of the last step. A step happens once on its day. If
 * clocks show its time twice, it happens the first time. If clocks skip its time, it happens when they jump.
 */
export function scheduledReplicas(steps: readonly ScheduleStep[], timeZone: string, moment: Date): number {
  const week = weekOf(steps);
  const now = (new WallClock(timeZone).latest(moment.getTime()) / 60_000 + THURSDAY) % (7 * MINUTES_A_DAY);
  // Before the first step of a week the last one of the week before still holds.
  return (week.findLast(({ minute }) => minute <= now) ?? week.at(-1)!).replicas;
}

/** The minute of the day of a time such as `10:00`; undefined if it is not a time of day. */
export function minuteOfDay(at: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}
