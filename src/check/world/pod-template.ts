import type { V1PodSpec } from '@kubernetes/client-node';
import { own } from '../../basics/own';
import type { FieldPath, KubeObject } from '../../k8s/objects';
import type { Labels } from '../../k8s/selector';
import { kindName } from './kinds';

/** The pods that an object describes. */
interface PodTemplate {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly spec: V1PodSpec;
  /** The path of the pod spec in the object. */
  readonly at: FieldPath;
}

const TEMPLATES: Record<string, FieldPath> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** The template of the pods that an object creates. Undefined for other kinds. */
export function templateOf(object: KubeObject): PodTemplate | undefined {
  const path = own(TEMPLATES, kindName(object));
  if (!path) return undefined;
  let template: unknown = object;
  for (const key of path) template = (template as Record<string, unknown> | undefined | null)?.[key as string];
  const { metadata, spec } = (template ?? {}) as {
    metadata?: { labels?: Labels | null; annotations?: Record<string, unknown> | null } | null;
    spec?: V1PodSpec | null;
  };
  if (!spec || typeof spec !== 'object') return undefined;
  return { labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {}, spec, at: [...path, 'spec'] };
}
