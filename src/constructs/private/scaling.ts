import type { V1PodDisruptionBudget, V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { Image } from '../../k8s/image';
import type { Autoscale, MicroserviceOptions } from '../microservice-options';
import { addObject } from './object';
import { addScheduleJobs } from './schedule-jobs';

type Scope = Construct & { name: string; namespace: string | undefined };

/** What decides on the copies of a microservice besides a number, and what guards them. */
export function addScaling(scope: Scope, pods: Record<string, string>, options: MicroserviceOptions): void {
  const {
    schedule,
    autoscale,
    timeZone = 'Etc/UTC',
    scheduleImage = Image.of('node:24-slim'),
  } = options as MicroserviceOptions & { timeZone?: string };
  const metadata = { name: scope.name, labels: pods };
  if (mostCopies(options) >= 2) {
    addObject<V1PodDisruptionBudget>(scope, 'pod-disruption-budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: pods }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    });
  }
  if (autoscale) {
    const { min = 2, max, cpu = 70 }: Autoscale = autoscale;
    addObject<V2HorizontalPodAutoscaler>(scope, 'autoscaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: scope.name },
        // Left out where the clock sets it: each apply would set it back.
        ...(!schedule && { minReplicas: min }),
        maxReplicas: max,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } } }],
      },
    });
  }
  if (schedule) {
    addScheduleJobs(scope, { target: scope.name, steps: schedule, timeZone, autoscaled: autoscale !== undefined, image: scheduleImage });
  }
}

/** A single copy is not worth guarding: it has to go when its node is emptied. */
function mostCopies({ replicas, autoscale, schedule }: MicroserviceOptions): number {
  if (schedule) return Math.max(...schedule.map((step) => step.replicas));
  if (autoscale) return autoscale.min ?? 2;
  return replicas ?? 2;
}
