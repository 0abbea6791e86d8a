import type { V1CronJob, V1Job, V1PersistentVolumeClaim, V1Service, V1StatefulSet } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import type { UntypedObject } from '../shared/objects-of';
import { PodObjects } from '../shared/pod-objects';

/** The objects of a database. Some exist only with certain options. */
export class DatabaseObjects extends PodObjects {
  /** With one instance. */
  get statefulSet(): ChartObject<V1StatefulSet> {
    return this.at('stateful-set');
  }

  /** With several instances. */
  get cluster(): ChartObject<UntypedObject> {
    return this.at('cluster');
  }

  /** With one instance. */
  get service(): ChartObject<V1Service> {
    return this.at('service');
  }

  /** With roles of callers. */
  get rolesJob(): ChartObject<V1Job> {
    return this.at('roles-job');
  }

  /** With `backup`. */
  get backup(): ChartObject<V1CronJob> {
    return this.at('backup');
  }

  /** With `backup`. */
  get restore(): ChartObject<V1CronJob> {
    return this.at('restore');
  }

  /** With `backup`. */
  get backupClaim(): ChartObject<V1PersistentVolumeClaim> {
    return this.at('backup-claim');
  }
}
