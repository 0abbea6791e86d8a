import type { Manifest } from '../k8s/objects';
import type { Problem } from '../problems/problem';
import { problemsIn } from './find-problems';
import type { Profile } from './profile';
import { World } from './world/world';

export interface CheckOptions {
  /**
   * The minor version of the cluster: 34 for Kubernetes 1.34. What that version does not have is a problem too.
   * @default - the newest version that the check knows
   */
  readonly kubernetes?: number;
  /**
   * The time that ends waivers with a date.
   * @default - the current time
   */
  readonly now?: Date;
}

/** The problems of manifests that are applied together. */
export function check(
  manifests: readonly Manifest[],
  profile: Profile = 'wiring',
  { kubernetes, now }: CheckOptions = {},
): Problem[] {
  return problemsIn(new World(manifests, kubernetes), profile, now);
}
