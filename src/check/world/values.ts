import type { KubeObject } from '../../k8s/objects';

/** What `kubectl apply` takes where no namespace stands. */
export function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? 'default';
}

/** Whether the cluster itself fills a namespace: what runs there stands in nobody's manifests. */
export function isSystem(namespace: string): boolean {
  return namespace.startsWith('kube-');
}

/** A list, whatever stands there: manifests of other people may hold anything. */
export function list<T>(value: readonly T[] | null | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  const items = value as readonly T[];
  return items.some(isNothing) ? items.filter((item) => !isNothing(item)) : items;
}

function isNothing(item: unknown): boolean {
  return item === null || item === undefined;
}

/** Whether a name stands there; what is none is for the API server to refuse. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
