import { STORAGE_SIZE, withDefaults, type Complete } from '../shared/defaults';
import type { VolumeOptions } from './options';

const OPTIONS = { size: STORAGE_SIZE, shared: false } satisfies VolumeOptions;

/** The options of a volume, all defaults included. */
export function resolveVolume(given: VolumeOptions): Complete<VolumeOptions, typeof OPTIONS> {
  return withDefaults(given, OPTIONS);
}
