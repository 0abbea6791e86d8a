import type { V1CronJob, V1Job } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { PodObjects } from '../shared/pod-objects';

/** The objects of a task. */
export class TaskObjects extends PodObjects {
  get job(): ChartObject<V1Job> {
    return this.at('job');
  }
}

/** The objects of a task with a schedule. */
export class CronTaskObjects extends PodObjects {
  get cronJob(): ChartObject<V1CronJob> {
    return this.at('cron-job');
  }
}
