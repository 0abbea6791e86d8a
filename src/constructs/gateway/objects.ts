import type { V1Ingress } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { ObjectsOf, type UntypedObject } from '../shared/objects-of';

/** The objects of a gateway. */
export class GatewayObjects extends ObjectsOf {
  /** Without `httpRoute` and `listen`. */
  get ingress(): ChartObject<V1Ingress> {
    return this.at('ingress');
  }

  /** With `httpRoute` or `listen`. */
  get httpRoute(): ChartObject<UntypedObject> {
    return this.at('http-route');
  }

  /** With `listen`. */
  get gateway(): ChartObject<UntypedObject> {
    return this.at('gateway');
  }
}
