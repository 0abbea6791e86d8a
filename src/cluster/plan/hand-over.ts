import type { KubeObject } from '../../k8s/objects';
import type { LiveObject } from '../connection/api-server';
import { fieldsOf, isKubectlApply, isOurs, managersOf, owns } from '../fields/managed-fields';
import type { HandOver } from './object-plan';

/** The fields whose default is 1 or 0: without a hand-over, the number would drop before an autoscaler sets it. */
const FIELDS: Readonly<Record<string, string>> = {
  Deployment: 'replicas',
  StatefulSet: 'replicas',
  HorizontalPodAutoscaler: 'minReplicas',
  ScaledObject: 'minReplicaCount',
};

/** The number that the charts no longer set and that we own in the cluster. */
export function handOverOf(desired: KubeObject, live: LiveObject | undefined): HandOver | undefined {
  const field = Object.hasOwn(FIELDS, desired.kind) ? FIELDS[desired.kind]! : undefined;
  if (field === undefined || !live || specOf(desired)[field] !== undefined) return undefined;
  const value = specOf(live)[field];
  const ours = fieldsOf(managersOf(live).filter((entry) => isOurs(entry) || isKubectlApply(entry)));
  return typeof value === 'number' && owns(ours, 'f:spec', `f:${field}`) ? { field, value } : undefined;
}

/** The object that gives the number to another manager. */
export function handOverBody(
  { apiVersion, kind, metadata }: KubeObject,
  { field, value }: HandOver,
  resourceVersion: string,
) {
  const { name, namespace } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, resourceVersion }, spec: { [field]: value } };
}

function specOf(object: KubeObject): Readonly<Record<string, unknown>> {
  return (object.spec ?? {}) as Readonly<Record<string, unknown>>;
}
