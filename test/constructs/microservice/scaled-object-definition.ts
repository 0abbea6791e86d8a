import type { CustomDefinition } from '../../../src/k8s/objects';

// The fields of a ScaledObject, from the CustomResourceDefinition of KEDA: their types, limits, and which are required.

const text = { type: 'string' };
const flag = { type: 'boolean' };
const texts = { type: 'object', additionalProperties: text };
const count = (minimum: number) => ({ type: 'integer', format: 'int32', minimum });
const filled = { type: 'string', minLength: 1 };
const object = (properties: object, ...required: string[]) => ({ type: 'object', properties, required });

const TRIGGER = object(
  {
    type: filled,
    metricType: text,
    name: text,
    useCachedMetrics: flag,
    metadata: texts,
    authenticationRef: object(
      { kind: { type: 'string', enum: ['TriggerAuthentication', 'ClusterTriggerAuthentication'] }, name: text },
      'name',
    ),
  },
  'metadata',
  'type',
);

const RULES = object({
  stabilizationWindowSeconds: { type: 'integer', format: 'int32' },
  selectPolicy: text,
  tolerance: { 'x-kubernetes-int-or-string': true },
  policies: {
    type: 'array',
    items: object(
      {
        type: text,
        value: { type: 'integer', format: 'int32' },
        periodSeconds: { type: 'integer', format: 'int32' },
      },
      'type',
      'value',
      'periodSeconds',
    ),
  },
});

const SPEC = object(
  {
    scaleTargetRef: object({ apiVersion: text, kind: text, name: filled, envSourceContainerName: text }, 'name'),
    minReplicaCount: count(0),
    maxReplicaCount: count(1),
    idleReplicaCount: count(0),
    pollingInterval: count(1),
    cooldownPeriod: count(0),
    initialCooldownPeriod: count(0),
    fallback: object(
      { failureThreshold: count(0), replicas: count(0), behavior: text },
      'failureThreshold',
      'replicas',
    ),
    advanced: object({
      restoreToOriginalReplicaCount: flag,
      scalingModifiers: object({ formula: text, target: text, activationTarget: text, metricType: text }),
      horizontalPodAutoscalerConfig: object({ name: text, behavior: object({ scaleDown: RULES, scaleUp: RULES }) }),
    }),
    triggers: { type: 'array', minItems: 1, items: TRIGGER },
  },
  'scaleTargetRef',
  'triggers',
);

export const SCALED_OBJECT_DEFINITION: CustomDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'scaledobjects.keda.sh' },
  spec: {
    group: 'keda.sh',
    scope: 'Namespaced',
    names: { kind: 'ScaledObject', plural: 'scaledobjects', singular: 'scaledobject' } as { kind: string },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: object({ apiVersion: text, kind: text, metadata: { type: 'object' }, spec: SPEC }, 'spec'),
        },
      } as CustomDefinition['spec']['versions'][number],
    ],
  },
};

/** The fields of the triggers that the program of KEDA reads. The definition allows any text. */
export const TRIGGER_METADATA: Readonly<Record<string, { readonly required: string[]; readonly optional: string[] }>> =
  {
    prometheus: {
      required: ['serverAddress', 'query', 'threshold'],
      optional: ['activationThreshold', 'ignoreNullValues', 'namespace', 'customHeaders', 'queryParameters', 'timeout'],
    },
    cpu: { required: ['value'], optional: ['activationValue', 'containerName'] },
  };
