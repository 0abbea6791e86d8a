import { NODE_IMAGE, TIME_ZONE, withDefaults, type Complete } from '../shared/defaults';
import { PROGRAM_DEFAULTS, resolveProgram, type ResolvedProgram } from '../program/resolve';
import type { CronTaskOptions, TaskBase, TaskOptions } from './options';

const BASE = { retries: 3, deadline: 3600 } satisfies Partial<TaskBase>;
const TASK = { ...BASE, before: [], after: [], waitImage: NODE_IMAGE } satisfies Partial<TaskOptions>;
const CRON = { ...BASE, timeZone: TIME_ZONE, concurrency: 'forbid', suspend: false } satisfies Partial<CronTaskOptions>;
const HISTORY = { succeeded: 3, failed: 3 };

/** The defaults that `explain` reports. */
export const TASK_DEFAULTS = { ...PROGRAM_DEFAULTS, ...BASE };
export const CRON_TASK_DEFAULTS = { ...TASK_DEFAULTS, timeZone: TIME_ZONE, concurrency: CRON.concurrency };

/** What all tasks have, all defaults included. */
export type ResolvedTaskBase = ResolvedProgram & Required<Pick<TaskBase, 'retries' | 'deadline'>>;
export type ResolvedTask = ResolvedTaskBase & Complete<TaskOptions, typeof TASK>;
export type ResolvedCronTask = ResolvedTaskBase &
  Omit<Complete<CronTaskOptions, typeof CRON>, 'history'> & { readonly history: typeof HISTORY };

/** The complete options. Wrong values stay as they are: the problems report them. */
export function resolveTask(given: TaskOptions): ResolvedTask {
  return withDefaults(resolveProgram(given), TASK) as ResolvedTask;
}

/** The complete options of a task with a schedule. */
export function resolveCronTask(given: CronTaskOptions): ResolvedCronTask {
  const options = withDefaults(resolveProgram(given), CRON);
  return { ...options, history: withDefaults(given.history, HISTORY) } as ResolvedCronTask;
}
