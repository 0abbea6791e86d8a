import type { V1CronJob, V1Job } from '@kubernetes/client-node';
import { ProgramObjects } from '../program/objects';
import type { ChartObject } from '../shared/chart-object';

/** The objects of a task. */
export class TaskObjects extends ProgramObjects {
  get job(): ChartObject<V1Job> {
    return this.at('job');
  }
}

/** The objects of a task with a schedule. */
export class CronTaskObjects extends ProgramObjects {
  get cronJob(): ChartObject<V1CronJob> {
    return this.at('cron-job');
  }
}
