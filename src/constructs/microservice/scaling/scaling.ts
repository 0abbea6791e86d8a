import type { V1PodDisruptionBudget, V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { Image } from '../../../images/image';
import type { Autoscale, MicroserviceOptions } from '../options';
import type { Schedule } from './schedule';
import { addObject } from '../../shared/object';
import { addScheduleJobs } from './schedule-jobs';
import { scheduleProblems } from './schedule-problems';

type Scope = Construct & { name: string; namespace: string | undefined };

/** The schedule of a microservice, if the clock has a say in its copies. */
export function scheduleOf(options: MicroserviceOptions): Schedule | undefined {
  const { schedule: steps, autoscale, timeZone = 'Etc/UTC' } = options as MicroserviceOptions & { timeZone?: string };
  return steps && { steps, timeZone, ...(autoscale && { max: autoscale.max }) };
}

/** What decides on the copies of a microservice besides a number, and what guards them. */
export function addScaling(scope: Scope, pods: Record<string, string>, options: MicroserviceOptions): void {
  const { autoscale, scheduleImage = Image.of('node:24-slim') } = options;
  const schedule = scheduleOf(options);
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
    const { min = 2, max, cpu = 70, calm }: Autoscale = autoscale;
    addObject<V2HorizontalPodAutoscaler>(scope, 'autoscaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: scope.name },
        // Left out where the clock sets it: each apply would set it back.
        ...(!schedule && { minReplicas: min }),
        maxReplicas: max,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } } },
        ],
        ...(calm !== undefined && { behavior: { scaleDown: { stabilizationWindowSeconds: calm } } }),
      },
    });
  }
  // A wrong schedule is told elsewhere: no calendar holds it.
  if (schedule && [...scheduleProblems(schedule.steps, schedule.timeZone)].length === 0) {
    addScheduleJobs(scope, { target: scope.name, schedule, image: scheduleImage });
  }
}

/** A single copy is not worth guarding: it has to go when its node is emptied. */
function mostCopies({ replicas, autoscale, schedule }: MicroserviceOptions): number {
  if (schedule) return Math.max(...schedule.map((step) => step.replicas));
  if (autoscale) return autoscale.min ?? 2;
  return replicas ?? 2;
}
