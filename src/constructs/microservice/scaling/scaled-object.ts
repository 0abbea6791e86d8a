import type { KubernetesObject } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { SCALED_OBJECT } from '../../../k8s/keda';
import { addObject } from '../../shared/object';
import type { AutoscalerOptions } from './autoscaler';
import type { FollowedMetric } from './resolve-autoscale';

/** The ScaledObject of KEDA, as far as we write it. */
interface ScaledObject extends KubernetesObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
    readonly minReplicaCount?: number;
    readonly maxReplicaCount: number;
    readonly advanced?: object;
    readonly triggers: readonly Trigger[];
  };
}

interface Trigger {
  readonly type: 'prometheus' | 'cpu';
  readonly metricType: 'AverageValue' | 'Utilization';
  readonly metadata: Readonly<Record<string, string>>;
}

interface ScaledObjectOptions extends AutoscalerOptions {
  /** The URL of Prometheus. */
  readonly address: string;
  /** The namespace of the series. */
  readonly namespace: string | undefined;
}

/** Adds the object from which KEDA makes an autoscaler. KEDA reads the metrics from Prometheus itself. */
export function addScaledObject(scope: Construct, options: ScaledObjectOptions): void {
  const { metadata, min, max, cpu, metrics, calm, address, namespace } = options;
  const behavior = { scaleDown: { stabilizationWindowSeconds: calm } };
  addObject<ScaledObject>(scope, 'scaled-object', {
    apiVersion: SCALED_OBJECT.apiVersion,
    kind: SCALED_OBJECT.kind,
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name },
      ...(min !== undefined && { minReplicaCount: min }),
      maxReplicaCount: max,
      ...(calm !== undefined && { advanced: { horizontalPodAutoscalerConfig: { behavior } } }),
      triggers: [
        ...metrics.map((metric): Trigger => {
          return {
            type: 'prometheus',
            metricType: 'AverageValue',
            metadata: {
              serverAddress: address.replace(/\/+$/, ''),
              query: metric.query ?? queryOf(metric, namespace),
              threshold: String(metric.target),
              // Without a value, KEDA would assume 0 and remove replicas.
              ignoreNullValues: 'false',
              // Without a minimum, KEDA would remove all replicas while nothing waits, until the schedule sets one.
              ...(min === undefined && { activationThreshold: '-1' }),
            },
          };
        }),
        ...(cpu === undefined
          ? []
          : [{ type: 'cpu', metricType: 'Utilization', metadata: { value: String(cpu) } } as const]),
      ],
    },
  });
}

/** The query with one result. A replica that reports the whole must not count several times. */
function queryOf({ name, labels, isWhole }: FollowedMetric, namespace = 'default'): string {
  const matchers = Object.entries({ namespace, ...labels }).map(
    ([label, value]) => `${label}=${JSON.stringify(value)}`,
  );
  const series = `${name}{${matchers.join(',')}}`;
  return isWhole ? `max(sum by (instance) (${series}))` : `sum(${series})`;
}
