import type { V1Ingress } from '@kubernetes/client-node';
import type { ChartObject } from '../shared/chart-object';
import { ObjectsOf } from '../shared/objects-of';
import type { HttpRoute } from './http-route';

/** The objects of a gateway. */
export class GatewayObjects extends ObjectsOf {
  /** Without `httpRoute`. */
  get ingress(): ChartObject<V1Ingress> {
    return this.at('ingress');
  }

  /** With `httpRoute`. */
  get httpRoute(): ChartObject<HttpRoute> {
    return this.at('http-route');
  }
}
