import { NODE_IMAGE, TIME_ZONE, withDefaults } from '../shared/defaults';
import { PROGRAM_DEFAULTS, resolveProgram, type ResolvedProgram } from '../program/resolve';
import type { CronTaskOptions, RunHistory, TaskBase, TaskOptions } from './options';

const BASE = { retries: 3, deadline: 3600 } satisfies Partial<TaskBase>;
const TASK = { ...BASE, before: [], after: [], waitImage: NODE_IMAGE } satisfies Partial<TaskOptions>;
const CRON = {
  ...BASE,
  timeZone: TIME_ZONE,
  concurrency: 'forbid',
  startWithin: 3600,
  suspend: false,
} satisfies Partial<CronTaskOptions>;
const HISTORY = { succeeded: 3, failed: 3 };

/** The defaults that `explain` reports. */
export const TASK_DEFAULTS = { ...PROGRAM_DEFAULTS, ...BASE };
export const CRON_TASK_DEFAULTS = { ...TASK_DEFAULTS, timeZone: TIME_ZONE, concurrency: CRON.concurrency };

/** What all tasks have, all defaults included. */
export type ResolvedTaskBase = ResolvedProgram & Required<Pick<TaskBase, 'retries' | 'deadline'>>;
export type ResolvedTask = ResolvedTaskBase & Required<Pick<TaskOptions, 'before' | 'after' | 'waitImage'>>;
export type ResolvedCronTask = ResolvedTaskBase &
  Required<Pick<CronTaskOptions, 'schedule' | 'timeZone' | 'concurrency' | 'startWithin' | 'suspend'>> & {
    readonly history: Required<RunHistory>;
  };

/** The complete options. Wrong values stay as they are: the problems report them. */
export function resolveTask(given: TaskOptions): ResolvedTask {
  return withDefaults(resolveProgram(given), TASK);
}

/** The complete options of a task with a schedule. */
export function resolveCronTask(given: CronTaskOptions): ResolvedCronTask {
  const options = withDefaults(resolveProgram(given), CRON);
  return { ...options, history: withDefaults(given.history, HISTORY) };
}
