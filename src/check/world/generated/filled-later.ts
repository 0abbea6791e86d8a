import type { KubeObject } from '../../../k8s/objects';
import type { World } from '../world';

/** Annotations for programs that add keys to a ConfigMap or a Secret. */
const FILLS = /^(.*\.)?mittwald\.de\/|inject-ca(bundle|-from)|inject-apiserver-ca$/;

/** Whether a ConfigMap or a Secret gets keys in the cluster that its manifest does not contain. */
export function isFilledLater(world: World, object: KubeObject): boolean {
  const { kind, metadata, type } = object;
  return (
    // A program fills an object that has no keys.
    ['data', 'stringData', 'binaryData'].every((field) => Object.keys(object[field] ?? {}).length === 0) ||
    type === 'kubernetes.io/service-account-token' ||
    Object.keys(metadata.annotations ?? {}).some((key) => FILLS.test(key)) ||
    world.outside.has(kind, metadata.name)
  );
}
