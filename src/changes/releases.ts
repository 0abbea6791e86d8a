import { ANNOTATIONS } from '../k8s/keys';
import { titleOf, type KubeObject } from '../k8s/objects';

/** A release in progress: the new version runs next to the old one. */
export interface ReleaseInProgress {
  /** The workload of the new version, such as `Deployment shop/cart-canary`. */
  readonly object: string;
  /** Such as `25 % of the requests: 1 of 4 copies`. */
  readonly progress: string;
}

/** The releases in progress in these manifests. */
export function releasesIn(objects: readonly KubeObject[]): ReleaseInProgress[] {
  return objects.flatMap((object) => {
    const progress = object.metadata.annotations?.[ANNOTATIONS.release];
    return progress === undefined ? [] : [{ object: titleOf(object), progress }];
  });
}
