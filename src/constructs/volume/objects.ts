import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { ObjectsOf } from '../shared/objects-of';

/** The objects of a volume. */
export class VolumeObjects extends ObjectsOf {
  get claim(): ChartObject<V1PersistentVolumeClaim> {
    return this.at('claim');
  }
}
