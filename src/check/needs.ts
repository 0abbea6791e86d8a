import type { Manifest } from '../k8s/manifest';
import { needsIn } from './find-needs';
import type { Needed } from './needed';
import { World } from './world';

/** What manifests need besides themselves: without it the cluster takes them, or most of them, and they do not work. */
export function needsOf(manifests: readonly Manifest[]): Needed[] {
  return needsIn(new World(manifests));
}
