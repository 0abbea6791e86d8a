import type { Image } from '../../../images/image';
import type { OptionNames } from '../../../problems/unknown-options';

/**
 * How a release replaces the previous one. `'rolling'` replaces pod by pod: an old pod ends only when a new one is ready,
 * so there are never fewer replicas. `'recreate'` starts the new pods after all old ones ended. A canary gets a share of
 * the requests. With blue and green, all requests switch at once.
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
   * no pod. A canary by the gateway keeps one pod, because a gateway also sends requests to a canary without a ready
   * pod. Begin with 0, and raise the weight when the pod is ready.
   */
  readonly weight: number;
  /**
   * How the requests are split. `'replicas'`: by the number of replicas behind one Service, for every caller.
   * `'gateway'`: by weights of the gateway, which are exact even with few replicas, but apply only to requests through
   * the gateway. This requires an HTTPRoute, or an Ingress of the controller ingress-nginx.
   * @default 'replicas'
   */
  readonly by?: 'replicas' | 'gateway';
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

/** The names of the options of a strategy. @internal */
export const STRATEGY_OPTIONS: OptionNames<Exclude<Strategy, string>> = {
  canary: { image: 'opaque', weight: true, by: true },
  blueGreen: { green: 'opaque', live: true },
};
