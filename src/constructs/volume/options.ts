import type { OptionNames } from '../../problems/unknown-options';
import type { ByteAmount } from '../shared/plus';

/** The options of a volume. None is required. */
export interface VolumeOptions {
  /**
   * The size of the claim.
   * @default '1Gi'
   */
  readonly size?: ByteAmount;
  /**
   * The storage class of the claim.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Whether several pods on several nodes can write to it (ReadWriteMany). Not every storage class supports it.
   * @default false
   */
  readonly shared?: boolean;
}

/** The names of the options. @internal */
export const VOLUME_OPTIONS: OptionNames<VolumeOptions> = { size: 'opaque', storageClass: true, shared: true };
