import type { Image } from '../../../images/image';

/**
 * How a release takes the place of the one before: copy by copy (`'rolling'`), all at once after the old ones ended
 * (`'recreate'`), or beside what runs, for a share of the requests or for a look at it first.
 */
export type Strategy =
  | 'rolling'
  | 'recreate'
  | { readonly canary: Canary; readonly blueGreen?: never }
  | { readonly blueGreen: BlueGreen; readonly canary?: never };

/** Some copies of the next release beside the others, which stay as they are: neither its failure nor its end costs any of them. */
export interface Canary {
  /** The next release. */
  readonly image: Image;
  /**
   * The share of the requests that it takes, in percent. By copies at most 50: beyond that a release is to be finished. With 0 it has
   * no copies, and everything else stays ready for the next time; by the gateway it keeps one, because requests are led to it whether it is
   * ready or not: begin with 0, and go on when it is.
   */
  readonly weight: number;
  /**
   * What shares the requests: the number of copies behind the one name, whoever calls it; or the weights of the gateway, exact also
   * where copies are few, but for what comes through it only. That takes an HTTPRoute, or an Ingress of the controller ingress-nginx.
   * @default 'copies'
   */
  readonly by?: 'copies' | 'gateway';
}

/** Two releases in full: one takes all requests, the other is looked at under the name `<NAME>-preview`. */
export interface BlueGreen {
  /** The release beside `image`, which is the blue one. */
  readonly green: Image;
  /**
   * The one that takes the requests. Another word here is the switch, and the way back.
   * @default 'blue'
   */
  readonly live?: 'blue' | 'green';
}
