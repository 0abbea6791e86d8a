import type { V1Container, V1Deployment, V1Job, V1Probe } from '@kubernetes/client-node';
import type { KubeObject } from '../../k8s/objects';

/** Nodes pull the image and create the pod. */
const PULL_SECONDS = 120;
const INIT_SECONDS = 60;
/** Operators and Jobs say nothing about how long they need. */
const OTHER_SECONDS = 600;

/**
 * How long an object may take without any progress, in seconds. For a workload: one replica starts, as long as its
 * probes allow, and an old one ends. A rollout of many replicas makes progress with each of them, so it may take longer.
 */
export function patienceFor(object: KubeObject): number {
  if (object.kind === 'Job') return (object as unknown as V1Job).spec?.activeDeadlineSeconds ?? OTHER_SECONDS;
  const spec = (object as unknown as V1Deployment).spec?.template?.spec;
  if (!spec) return OTHER_SECONDS;
  const startup = Math.max(...spec.containers.map(startupSeconds));
  const { terminationGracePeriodSeconds = 30, initContainers = [] } = spec;
  const { minReadySeconds = 0 } = (object as unknown as V1Deployment).spec ?? {};
  return (
    PULL_SECONDS + initContainers.length * INIT_SECONDS + startup + minReadySeconds + terminationGracePeriodSeconds
  );
}

function startupSeconds({ startupProbe, readinessProbe }: V1Container): number {
  return budgetOf(startupProbe) + budgetOf(readinessProbe);
}

function budgetOf(probe: V1Probe | undefined): number {
  if (!probe) return 0;
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1 } = probe;
  return initialDelaySeconds + periodSeconds * failureThreshold + timeoutSeconds;
}
