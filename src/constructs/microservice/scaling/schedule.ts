import { WallClock } from './wall-clock';
import { minuteOfWeek, weekOf, type Day } from './week';

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

/**
 * The number of replicas of a schedule at a moment: the number of the last step. Each step happens once on its day: if clocks
 * show its time twice, at the first time; if they skip it, at the moment of the jump.
 */
export function scheduledReplicas(steps: readonly ScheduleStep[], timeZone: string, moment: Date): number {
  const week = weekOf(steps);
  const now = minuteOfWeek(new WallClock(timeZone).latest(moment.getTime()));
  // Before the first step of a week, the last step of the previous week applies.
  return (week.findLast(({ minute }) => minute <= now) ?? week.at(-1)!).step.replicas;
}
