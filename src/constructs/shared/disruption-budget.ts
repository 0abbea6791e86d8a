import type { V1PodDisruptionBudget } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { addObject } from './object';

/** Adds a PodDisruptionBudget: only one pod at a time is evicted, for instance when nodes are drained. */
export function addDisruptionBudget(
  scope: Construct,
  metadata: { name: string; labels: Record<string, string> },
): void {
  addObject<V1PodDisruptionBudget>(scope, 'pod-disruption-budget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: metadata.labels },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}
