import type { V1Namespace, V1NetworkPolicy } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { ObjectsOf } from '../shared/objects-of';

/** The objects of a namespace. */
export class NamespaceObjects extends ObjectsOf {
  get namespace(): ChartObject<V1Namespace> {
    return this.at('namespace');
  }

  /** The policy that denies all traffic that no other one allows. */
  get defaultDeny(): ChartObject<V1NetworkPolicy> {
    return this.at('default-deny');
  }
}
