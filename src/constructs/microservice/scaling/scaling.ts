import type { V1PodDisruptionBudget, V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { scheduleOf, type ResolvedMicroservice, type ResolvedScaling } from '../resolve';
import { addObject } from '../../shared/object';
import { addScheduleJobs } from './schedule-jobs';
import { scheduleProblems } from './schedule-problems';

type Scope = Construct & { name: string; namespace: string | undefined };

/** The objects that set the number of replicas, and the PodDisruptionBudget. */
export function addScaling(
  scope: Scope,
  pods: Record<string, string>,
  { scaling, scheduleImage }: ResolvedMicroservice,
): void {
  const metadata = { name: scope.name, labels: pods };
  if (guardedReplicas(scaling) >= 2) {
    addObject<V1PodDisruptionBudget>(scope, 'pod-disruption-budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: pods }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    });
  }
  const load = scaling.kind === 'load' ? scaling : scaling.kind === 'schedule' ? scaling.load : undefined;
  if (load) {
    const { max, cpu, calm } = load;
    addObject<V2HorizontalPodAutoscaler>(scope, 'autoscaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: scope.name },
        // Omitted if a schedule sets it: each apply would reset it.
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
  // The problems report a wrong schedule. No CronJob can express it.
  if (schedule && [...scheduleProblems(schedule.steps, schedule.timeZone)].length === 0) {
    addScheduleJobs(scope, { target: scope.name, schedule, image: scheduleImage });
  }
}

/** The replicas that the budget counts. A single replica gets no budget: it must be evicted when its node is drained. */
function guardedReplicas(scaling: ResolvedScaling): number {
  if (scaling.kind === 'schedule') return Math.max(...scaling.steps.map((step) => step.replicas));
  return scaling.kind === 'load' ? scaling.min : scaling.replicas;
}
