import type { ResolvedProgram } from './resolve';
import { Volume } from '../volume/volume';

/** The volumes that only one node can mount at a time, by mount path. */
export function heldVolumes({ volumes }: Pick<ResolvedProgram, 'volumes'>): [string, Volume][] {
  return Object.entries(volumes).filter(
    (mount): mount is [string, Volume] => mount[1] instanceof Volume && !mount[1].shared,
  );
}
