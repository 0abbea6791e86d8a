import type { Manifest } from '../k8s/manifest';
import type { World } from './world';

/** Something that an object takes for granted in the cluster, as a person says it. */
export interface Wanted {
  readonly what: string;
  readonly manifest: Manifest;
}

/** One kind of thing that manifests need and do not hold, and how to find who needs it. */
export interface Need {
  /** Its name, for programs. */
  readonly name: string;
  find(world: World): Iterable<Wanted>;
}
