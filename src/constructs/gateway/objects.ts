import type { V1Ingress } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { ObjectsOf, type UntypedObject } from '../shared/objects-of';

/** The objects of a gateway. */
export class GatewayObjects extends ObjectsOf {
  /** With `className`, or with `controller` for an Ingress. */
  get ingress(): ChartObject<V1Ingress> {
    return this.at('ingress');
  }

  /** Without an Ingress. */
  get httpRoute(): ChartObject<UntypedObject> {
    return this.at('http-route');
  }

  /** With `listen`. */
  get gateway(): ChartObject<UntypedObject> {
    return this.at('gateway');
  }
}
