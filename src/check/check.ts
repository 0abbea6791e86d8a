import type { Manifest } from '../k8s/manifest';
import type { Problem } from '../k8s/problem';
import { problemsIn } from './problems';
import { World } from './world';

/** How much is asked: that things find each other, or that workloads are hardened too. */
export type Profile = 'wiring' | 'hardened';

export const PROFILES: readonly Profile[] = ['wiring', 'hardened'];

/** Everything that the rules find wrong with manifests that are to run together. */
export function check(manifests: readonly Manifest[], profile: Profile = 'wiring'): Problem[] {
  return problemsIn(new World(manifests), profile);
}
