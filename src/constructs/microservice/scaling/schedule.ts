import type { OptionNames } from '../../../problems/unknown-options';
import { WallClock } from './wall-clock';
import { minuteOfWeek, weekOf, type Day } from './week';

/** The number of replicas from a time of day until the next step. */
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

/** The names of the options of a step. @internal */
export const STEP_OPTIONS: OptionNames<ScheduleStep> = { at: true, replicas: true, days: true };

/** A schedule of replicas and its time zone. */
export interface Schedule {
  readonly steps: readonly ScheduleStep[];
  readonly timeZone: string;
  /** The maximum number of replicas, if the number also follows the load. */
  readonly max?: number;
}

/**
 * The number of replicas of a schedule at a moment. The last step before the moment sets it. Each step happens once on
 * its day: if clocks show its time twice, at the first time; if they skip its time, when they jump over it.
 */
export function scheduledReplicas(steps: readonly ScheduleStep[], timeZone: string, moment: Date): number {
  const week = weekOf(steps);
  const now = minuteOfWeek(new WallClock(timeZone).latest(moment.getTime()));
  // Before the first step of a week, the last step of the previous week applies.
  return (week.findLast(({ minute }) => minute <= now) ?? week.at(-1)!).step.replicas;
}
