import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { scheduleOf, type ResolvedMicroservice, type ResolvedScaling } from '../resolve';
import { addDisruptionBudget } from '../../shared/disruption-budget';
import { addObject } from '../../shared/object';
import { addScheduleJobs } from './schedule-jobs';
import { scheduleProblems } from './schedule-problems';

type Scope = Construct & { name: string; namespace: string | undefined };

/** Adds the objects that set the number of replicas, and the PodDisruptionBudget. */
export function addScaling(
  scope: Scope,
  pods: Record<string, string>,
  { scaling, scheduleImage }: ResolvedMicroservice,
): void {
  const metadata = { name: scope.name, labels: pods };
  if (guardedReplicas(scaling) >= 2) addDisruptionBudget(scope, metadata);
  const load = scaling.kind === 'load' ? scaling : scaling.kind === 'schedule' ? scaling.load : undefined;
  if (load) {
    const { max, cpu, calm } = load;
    addObject<V2HorizontalPodAutoscaler>(scope, 'autoscaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: scope.name },
        // Omitted if a schedule sets it, because each apply would reset it.
        ...(scaling.kind === 'load' && { minReplicas: scaling.min }),
        maxReplicas: max,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } } },
        ],
        ...(calm !== undefined && { behavior: { scaleDown: { stabilizationWindowSeconds: calm } } }),
      },
    });
  }
  const schedule = scheduleOf(scaling);
  // `scalingProblems` reports a wrong schedule. It cannot become CronJobs.
  if (schedule && [...scheduleProblems(schedule.steps, schedule.timeZone)].length === 0) {
    addScheduleJobs(scope, { target: scope.name, schedule, image: scheduleImage });
  }
}

/**
 * The number of replicas that decides whether there is a budget. A single replica gets no budget, so that its node can
 * be drained.
 */
function guardedReplicas(scaling: ResolvedScaling): number {
  if (scaling.kind === 'schedule') return Math.max(...scaling.steps.map((step) => step.replicas));
  return scaling.kind === 'load' ? scaling.min : scaling.replicas;
}
