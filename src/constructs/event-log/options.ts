import type { Image } from '../../images/image';
import type { OptionNames } from '../../problems/unknown-options';
import type { ByteAmount } from '../shared/plus';
import { RESOURCE_OPTIONS, type Resources } from '../shared/resources';

/** The options of an event log. None is required. */
export interface EventLogOptions {
  /**
   * The number of NATS servers: 1, 3 or 5. Three servers continue without one of them, and five without two. One server
   * stores each event once. With more servers, a majority stores an event before its publisher gets the confirmation.
   * With `0` the log does not exist, and `keepsLogIn` changes nothing, so that an environment can add it.
   * @default 3
   */
  readonly servers?: number;
  /**
   * The image of the servers: the official image, or an image based on it.
   * @default Image.of('nats:2.15')
   */
  readonly image?: Image;
  /**
   * The size of the claim of each server. Events use at most 80 % of it.
   * @default '1Gi'
   */
  readonly storage?: ByteAmount;
  /**
   * The storage class of the claims.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * The resource requests and limits of each server. With events of 64 KiB and 50 publishers at the same time, a server used at most
   * 85Mi. Go frees memory earlier if the server uses more than 80 % of the limit.
   * @default - requests of 100m CPU and 64Mi memory, a memory limit of 256Mi
   */
  readonly resources?: Resources;
  /**
   * The image with Node.js that creates the passwords in the cluster.
   * @default Image.of('node:24-slim')
   */
  readonly passwordImage?: Image;
}

/** The names of the options. @internal */
export const EVENT_LOG_OPTIONS: OptionNames<EventLogOptions> = {
  servers: true,
  image: 'opaque',
  storage: 'opaque',
  storageClass: true,
  resources: RESOURCE_OPTIONS,
  passwordImage: 'opaque',
};
