import type { ByteAmount } from '../shared/plus';

/** What makes up a volume. Nothing has to be said. */
export interface VolumeOptions {
  /**
   * How much it holds.
   * @default '1Gi'
   */
  readonly size?: ByteAmount;
  /**
   * The storage class.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Whether many copies write to it from many nodes at once: not every storage class can do that.
   * @default false
   */
  readonly shared?: boolean;
}
