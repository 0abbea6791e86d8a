import type { Manifest } from '../../k8s/objects';
import type { LookUp } from './look-up';
import type { World } from '../world/world';

/** Something that an object needs and no manifest provides. */
interface RequiredItem {
  readonly what: string;
  readonly manifest: Manifest;
  /** Undefined if the API server cannot answer it. */
  readonly lookUp?: LookUp;
}

/** One kind of requirement, and how to find the objects that have it. */
export interface RequirementRule {
  /** Its name in JSON. */
  readonly kind: string;
  find(world: World): Iterable<RequiredItem>;
}
