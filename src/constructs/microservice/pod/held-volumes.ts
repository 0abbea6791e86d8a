import type { MicroserviceBase } from '../options';
import { Volume } from '../../volume/volume';

/** The volumes that only one node can mount at a time, by mount path. */
export function heldVolumes({ volumes }: Required<Pick<MicroserviceBase, 'volumes'>>): [string, Volume][] {
  return Object.entries(volumes).filter(
    (mount): mount is [string, Volume] => mount[1] instanceof Volume && !mount[1].shared,
  );
}
