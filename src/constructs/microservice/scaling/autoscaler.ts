import type { V2HorizontalPodAutoscaler, V2MetricSpec } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { addObject } from '../../shared/object';
import type { FollowedMetric, ResolvedAutoscale } from './resolve-autoscale';

/** An autoscaler, and the workload that it scales. */
export interface AutoscalerOptions extends Omit<ResolvedAutoscale, 'min'> {
  /** Undefined if a schedule sets it, because each apply would reset it. */
  readonly min: number | undefined;
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
}

/** Adds the autoscaler of Kubernetes. The cluster serves the metrics that it follows. */
export function addAutoscaler(scope: Construct, options: AutoscalerOptions): void {
  const { metadata, min, max, cpu, metrics, calm } = options;
  addObject<V2HorizontalPodAutoscaler>(scope, 'autoscaler', {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name },
      ...(min !== undefined && { minReplicas: min }),
      maxReplicas: max,
      metrics: [
        ...(cpu === undefined
          ? []
          : [
              {
                type: 'Resource',
                resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } },
              },
            ]),
        ...metrics.map(externalMetric),
      ],
      ...(calm !== undefined && { behavior: { scaleDown: { stabilizationWindowSeconds: calm } } }),
    },
  });
}

function externalMetric({ name, labels, target }: FollowedMetric): V2MetricSpec {
  const selector = Object.keys(labels).length > 0 && { selector: { matchLabels: { ...labels } } };
  return {
    type: 'External',
    external: {
      metric: { name, ...selector },
      target: { type: 'AverageValue', averageValue: String(target) },
    },
  };
}
