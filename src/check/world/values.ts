import type { KubeObject } from '../../k8s/objects';

/** The namespace of an object, as `kubectl apply` uses it. */
export function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? 'default';
}

/** Whether a namespace belongs to the cluster. Its pods are not in the manifests. */
export function isSystem(namespace: string): boolean {
  return namespace.startsWith('kube-');
}

/** The items of a list without null, or no items if the value is not a list. */
export function listOf<T>(value: readonly T[] | null | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  const items = value as readonly T[];
  return items.some(isNothing) ? items.filter((item) => !isNothing(item)) : items;
}

function isNothing(item: unknown): boolean {
  return item === null || item === undefined;
}

/** Whether a value is a string that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
