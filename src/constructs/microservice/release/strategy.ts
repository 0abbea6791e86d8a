import type { Image } from '../../../images/image';

/**
 * How a release replaces the previous one: pod by pod (`'rolling'`), all pods at once after the old ones ended
 * (`'recreate'`), as a canary that gets a share of the requests, or as blue and green.
 */
export type Strategy =
  | 'rolling'
  | 'recreate'
  | { readonly canary: Canary; readonly blueGreen?: never }
  | { readonly blueGreen: BlueGreen; readonly canary?: never };

/**
 * Additional replicas that run the next release. The other replicas are not changed, whether the canary succeeds or
 * fails.
 */
export interface Canary {
  /** The image of the next release. */
  readonly image: Image;
  /**
   * The share of the requests, in percent. Without a gateway it is at most 50. With weight 0 a canary by replicas has
   * no pod. A canary by the gateway keeps one pod, because the gateway sends requests whether the pod is ready or
   * not: begin with 0, and raise the weight when the pod is ready.
   */
  readonly weight: number;
  /**
   * What splits the requests. `'copies'`: the number of replicas behind one Service, for every caller. `'gateway'`:
   * the weights of the gateway, which are exact for few replicas, but apply only to requests through the gateway. It
   * requires an HTTPRoute, or an Ingress of the controller ingress-nginx.
   * @default 'copies'
   */
  readonly by?: 'copies' | 'gateway';
}

/** Two complete releases. One gets all requests; the other is available as `<NAME>-preview`. */
export interface BlueGreen {
  /** The image of the green release. The blue release is `image`. */
  readonly green: Image;
  /**
   * The release that gets the requests. Change it to switch, and change it again to roll back.
   * @default 'blue'
   */
  readonly live?: 'blue' | 'green';
}
