import type { Image } from '../../images/image';
import type { Callable, Calling } from '../../links/endpoint';
import type { OptionNames } from '../../problems/unknown-options';
import { PROGRAM_OPTIONS, type ProgramOptions } from '../program/options';

/** The options that tasks have in common. */
export interface TaskBase extends ProgramOptions {
  /**
   * How often the program is started again after a failure.
   * @default 3
   */
  readonly retries?: number;
  /**
   * How many seconds a run may take, with all retries. A run that takes longer is ended and has failed.
   * @default 3600
   */
  readonly deadline?: number;
}

/** The options of a task. Only the image is required. */
export interface TaskOptions extends TaskBase {
  /**
   * The parts that wait for the task: microservices, sites and other tasks. Their new pods start after the task
   * succeeded. If it fails, the old pods continue.
   * @default - no part waits
   */
  readonly before?: readonly (Callable | Calling)[];
  /**
   * The parts that the task waits for: microservices of the same chart, until their rollout is complete, and other tasks,
   * until they succeeded. A task always waits for the databases that it calls.
   * @default - none
   */
  readonly after?: readonly (Callable | Calling)[];
  /**
   * The image with Node.js that waits before the program starts, and records that it succeeded.
   * @default Image.of('node:24-slim')
   */
  readonly waitImage?: Image;
}

/** What happens if the previous run of a task has not ended at the time of the next one. */
export type Concurrency = 'forbid' | 'replace' | 'allow';

/** The options of a task with a schedule. The image and the schedule are required. */
export interface CronTaskOptions extends TaskBase {
  /** When the task runs: minute, hour, day, month and weekday, such as `0 3 * * *` or `@daily`. */
  readonly schedule: string;
  /**
   * The time zone of the schedule.
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;
  /**
   * What happens if the previous run has not ended: the next one is left out (`forbid`), ends it (`replace`), or runs at
   * the same time (`allow`).
   * @default 'forbid'
   */
  readonly concurrency?: Concurrency;
  /**
   * How many seconds after its time a run may start, for instance because the cluster was down. A later run is left out.
   * @default 3600
   */
  readonly startWithin?: number;
  /**
   * How many runs are kept, with their logs.
   * @default - 3 that succeeded and 3 that failed
   */
  readonly history?: RunHistory;
  /**
   * Whether no new runs start.
   * @default false
   */
  readonly suspend?: boolean;
}

/** How many runs are kept, with their logs. */
export interface RunHistory {
  /**
   * Runs that succeeded.
   * @default 3
   */
  readonly succeeded?: number;
  /**
   * Runs that failed.
   * @default 3
   */
  readonly failed?: number;
}

const TASK_BASE: OptionNames<TaskBase> = { ...PROGRAM_OPTIONS, retries: true, deadline: true };

/** The names of the options. @internal */
export const TASK_OPTIONS: OptionNames<TaskOptions> = {
  ...TASK_BASE,
  before: 'opaque',
  after: 'opaque',
  waitImage: 'opaque',
};

/** The names of the options. @internal */
export const CRON_TASK_OPTIONS: OptionNames<CronTaskOptions> = {
  ...TASK_BASE,
  schedule: true,
  timeZone: true,
  concurrency: true,
  startWithin: true,
  history: { succeeded: true, failed: true },
  suspend: true,
};
