import { ANNOTATIONS } from '../k8s/keys';
import { titleOf, type KubeObject } from '../k8s/objects';

/** A release that goes on beside what ran before. */
export interface ReleaseUnderWay {
  /** What runs it, such as `Deployment shop/cart-canary`. */
  readonly object: string;
  /** How far it is, such as `25 % of the requests: 1 of 4 copies`. */
  readonly progress: string;
}

/** The releases that manifests hold half-way: nobody should forget one there. */
export function releasesIn(objects: readonly KubeObject[]): ReleaseUnderWay[] {
  return objects.flatMap((object) => {
    const progress = object.metadata.annotations?.[ANNOTATIONS.release];
    return progress === undefined ? [] : [{ object: titleOf(object), progress }];
  });
}
