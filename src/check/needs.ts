import type { Manifest } from '../k8s/manifest';
import { needsIn } from './needed';
import { World } from './world';

/** What a cluster has to bring, and for whom. */
export interface Needed {
  /** The kind of need, such as `ingress-controller`. */
  readonly need: string;
  /** What it is, as a person says it. */
  readonly what: string;
  /** The objects that need it, such as `Ingress blog/gateway`. */
  readonly objects: readonly string[];
}

/** What manifests need besides themselves: without it the cluster takes them, or most of them, and they do not work. */
export function needsOf(manifests: readonly Manifest[]): Needed[] {
  return needsIn(new World(manifests));
}
