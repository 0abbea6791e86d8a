import { Image } from '../../images/image';
import type { ResolvedProgram } from './resolve';

/** The images of init containers, sidecars and volumes. */
export function furtherImages(options: Pick<ResolvedProgram, 'initContainers' | 'sidecars' | 'volumes'>): Image[] {
  const containers = [...Object.values(options.initContainers), ...Object.values(options.sidecars)];
  const volumes = Object.values(options.volumes).filter((volume) => volume instanceof Image);
  return [...containers.map(({ image }) => image), ...volumes];
}
