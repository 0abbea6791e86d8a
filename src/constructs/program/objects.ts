import type { V1ConfigMap, V1NetworkPolicy, V1ServiceAccount } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { ObjectsOf } from '../shared/objects-of';

/** The objects that all programs have. Some exist only with certain options. */
export abstract class ProgramObjects extends ObjectsOf {
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
