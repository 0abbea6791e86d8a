import type { Construct } from 'constructs';
import { addDisruptionBudget } from '../../shared/disruption-budget';
import { prometheusSettings } from '../../shared/prometheus-settings';
import { scheduleOf, type Load, type ResolvedMicroservice, type ResolvedScaling } from '../resolve';
import { addAutoscaler } from './autoscaler';
import { addScaledObject } from './scaled-object';
import { addScheduleJobs, type ScheduledKind } from './schedule-jobs';
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
  const min = scaling.kind === 'load' ? scaling.min : undefined;
  const { autoscaling, address = '' } = prometheusSettings(scope);
  const byKeda = load !== undefined && isFollowedByKeda(load, autoscaling);
  if (byKeda) addScaledObject(scope, { ...load, min, metadata, address, namespace: scope.namespace });
  else if (load) addAutoscaler(scope, { ...load, min, metadata });
  const schedule = scheduleOf(scaling);
  // `scalingProblems` reports a wrong schedule. It cannot become CronJobs.
  if (schedule && [...scheduleProblems(schedule.steps, schedule.timeZone)].length === 0) {
    const kind: ScheduledKind = byKeda ? 'ScaledObject' : load ? 'HorizontalPodAutoscaler' : 'Deployment';
    addScheduleJobs(scope, { target: scope.name, kind, schedule, image: scheduleImage });
  }
}

/** Whether KEDA scales: it reads metrics from Prometheus. The autoscaler of Kubernetes knows the CPU without it. */
function isFollowedByKeda({ metrics }: Load, source: string): boolean {
  return source === 'keda' && metrics.length > 0;
}

/**
 * The number of replicas that decides whether there is a budget. A single replica gets no budget, so that its node can
 * be drained.
 */
function guardedReplicas(scaling: ResolvedScaling): number {
  if (scaling.kind === 'schedule') return Math.max(...scaling.steps.map((step) => step.replicas));
  return scaling.kind === 'load' ? scaling.min : scaling.replicas;
}
