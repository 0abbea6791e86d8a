import { LABELS, MANAGED_BY } from '../../k8s/keys';
import type { KubernetesObject } from '@kubernetes/client-node';
import { type ApiObject, type ApiObjectProps, Chart, JsonPatch, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { ChartObject } from './chart-object';

/**
 * The labels that select the pods of a part. `instance` distinguishes deployments of the same app in different
 * namespaces.
 */
export function selectorLabels(name: string, namespace: string | undefined): Record<string, string> {
  return { [LABELS.name]: name, [LABELS.instance]: namespace ?? 'default' };
}

/**
 * Adds a Kubernetes object below `scope`. A field other than `metadata`, or an annotation, can be a function. It is called
 * when the whole app is declared, because the calls of other parts change the value.
 */
export function addObject<T extends KubernetesObject & { metadata?: object }>(
  scope: Construct,
  id: string,
  body: Lazily<T>,
): ChartObject<T> {
  return new ChartObject<T>(scope, id, objectFields(scope, body));
}

/** The fields of an object with the labels of its chart. */
export function objectFields<T extends KubernetesObject & { metadata?: object }>(
  scope: Construct,
  { apiVersion, kind, metadata: { annotations, ...metadata }, ...body }: Lazily<T>,
): ApiObjectProps {
  const labels = {
    ...metadata.labels,
    [LABELS.partOf]: Chart.of(scope).node.id,
    [LABELS.managedBy]: MANAGED_BY,
  };
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, labels, ...(annotations && { annotations: lazily(annotations) }) },
    ...lazily(body),
  };
}

/** Fields that are functions, as values that cdk8s computes when it writes the object. */
function lazily(fields: object): Record<string, never> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields))
    result[key] = typeof value === 'function' ? Lazy.any({ produce: value as () => unknown }) : value;
  return result as Record<string, never>;
}

/** Adds an object that belongs to no namespace. */
export function addClusterObject<T extends KubernetesObject & { metadata?: object }>(
  scope: Construct,
  id: string,
  body: Lazily<T>,
): ChartObject<T> {
  const object = addObject<T>(scope, id, body);
  withoutNamespace(object);
  return object;
}

/** Removes the namespace that cdk8s gives every object in a chart. */
export function withoutNamespace(object: ApiObject): void {
  if (object.metadata.namespace !== undefined) object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
}

type Lazily<T> = {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string | (() => string | undefined)>;
  };
} & {
  [K in keyof Omit<T, 'apiVersion' | 'kind' | 'metadata'>]: T[K] | (() => T[K]);
};
