import type { V1ConfigMap, V1NetworkPolicy, V1ServiceAccount } from '@kubernetes/client-node';
import type { ChartObject } from './chart-object';
import { ObjectsOf } from './objects-of';

/** The objects that parts with pods have in common. Some exist only with certain options. */
export abstract class PodObjects extends ObjectsOf {
  /** Of a database: with one instance. */
  get serviceAccount(): ChartObject<V1ServiceAccount> {
    return this.at('service-account');
  }

  get networkPolicy(): ChartObject<V1NetworkPolicy> {
    return this.at('network-policy');
  }

  /** Of a program: with `files` that contain text. */
  get configMap(): ChartObject<V1ConfigMap> {
    return this.at('config-map');
  }
}
