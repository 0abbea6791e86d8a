import type { V1Ingress } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { ObjectsOf, type UntypedObject } from '../shared/objects-of';

/** The objects of a gateway. */
export class GatewayObjects extends ObjectsOf {
  /** Without `httpRoute`. */
  get ingress(): ChartObject<V1Ingress> {
    return this.at('ingress');
  }

  /** With `httpRoute`. */
  get httpRoute(): ChartObject<UntypedObject> {
    return this.at('http-route');
  }
}
