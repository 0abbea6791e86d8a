import type { KubeObject } from '../../../k8s/objects';
import { isText } from '../values';

/** Whether Helm creates the object only for a moment, such as for `helm test` or before an upgrade. */
export function isHook({ metadata }: KubeObject): boolean {
  return isText(metadata.annotations?.['helm.sh/hook']);
}
