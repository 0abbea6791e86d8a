import type { V1ConfigMap, V1CronJob, V1Job, V1NetworkPolicy, V1ServiceAccount } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { ObjectsOf } from '../shared/objects-of';

/** The objects that tasks have in common. Some exist only with certain options. */
abstract class TaskBaseObjects extends ObjectsOf {
  get serviceAccount(): ChartObject<V1ServiceAccount> {
    return this.at('service-account');
  }

  get networkPolicy(): ChartObject<V1NetworkPolicy> {
    return this.at('network-policy');
  }

  /** With `files` that contain text. */
  get configMap(): ChartObject<V1ConfigMap> {
    return this.at('config-map');
  }
}

/** The objects of a task. */
export class TaskObjects extends TaskBaseObjects {
  get job(): ChartObject<V1Job> {
    return this.at('job');
  }
}

/** The objects of a task with a schedule. */
export class CronTaskObjects extends TaskBaseObjects {
  get cronJob(): ChartObject<V1CronJob> {
    return this.at('cron-job');
  }
}
