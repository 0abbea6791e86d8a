import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { LiveObject } from '../../connection/api-server';
import { warningOf, type ClusterState } from '../cluster-state';
import { newestPods } from '../newest-pods';
import { podTrouble } from '../pod-trouble';
import { READY, waiting, type Readiness } from '../readiness';

/** A Job is ready when it is complete. */
export function jobReadiness(object: LiveObject, state: ClusterState): Readiness {
  const { status, spec } = object as unknown as V1Job;
  const conditions = status?.conditions ?? [];
  const isTrue = (name: string) => conditions.find(({ type, status: value }) => type === name && value === 'True');
  if (isTrue('Complete') || spec?.suspend) return READY;
  const pods = newestPods(object, state);
  const failed = isTrue('Failed') ?? isTrue('FailureTarget');
  if (failed) {
    const [pod] = pods.toSorted((a, b) => timeOf(b.status?.startTime) - timeOf(a.status?.startTime));
    return waiting('failed', {
      kind: 'certain',
      reason: failed.reason ?? 'Failed',
      message: `The Job failed: ${failed.message ?? failed.reason ?? ''}`,
      fix: `Correct the error in its log, delete the Job (kubectl -n ${object.metadata.namespace} delete job ${object.metadata.name}), and apply again.`,
      ...(pod && { pod: pod.metadata?.name, container: failedContainer(pod) }),
    });
  }
  const refused = warningOf(state, object.metadata.uid, 'FailedCreate');
  if (refused !== undefined && pods.length === 0)
    return waiting('no pod was created', {
      kind: 'certain',
      reason: 'FailedCreate',
      message: `The cluster refuses to create a pod: ${refused}`,
      fix: 'Correct the pod in the charts, or the quota or policy that refuses it.',
    });
  const trouble = pods.map((pod) => podTrouble(pod, state)).find(Boolean);
  // A Job starts its program again by itself, as often as backoffLimit allows.
  return waiting('runs', trouble?.kind === 'crash' ? { ...trouble, kind: 'maybe' } : trouble);
}

/** The container that failed. The program of a task is an init container. */
function failedContainer({ spec, status }: V1Pod): string | undefined {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const failed = statuses.find(({ state }) => state?.terminated && state.terminated.exitCode !== 0);
  return failed?.name ?? spec?.containers[0]?.name;
}

function timeOf(time: Date | string | undefined): number {
  return time === undefined ? 0 : new Date(time).getTime();
}
