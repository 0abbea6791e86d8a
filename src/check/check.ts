import type { Manifest } from '../k8s/objects';
import type { Problem } from '../problems/problem';
import { problemsIn } from './find-problems';
import type { Profile } from './profile';
import { World } from './world/world';

/** The problems of manifests that are applied together, optionally to a cluster with this minor version. */
export function check(manifests: readonly Manifest[], profile: Profile = 'wiring', kubernetes?: number): Problem[] {
  return problemsIn(new World(manifests, kubernetes), profile);
}
