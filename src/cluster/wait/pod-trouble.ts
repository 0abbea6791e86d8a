import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { count } from '../../basics/text';
import { warningOf, type ClusterState } from './cluster-state';
import { probeTrouble } from './probe-trouble';
import type { Trouble } from './readiness';

/** Why a pod is not ready: the first trouble of its containers, its volumes or its scheduling. */
export function podTrouble(pod: V1Pod, state: ClusterState): Trouble | undefined {
  const { status, metadata } = pod;
  const name = metadata?.name ?? '';
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  for (const container of statuses) {
    const found = containerTrouble(container, pod, state);
    if (found) return { ...found, pod: name, container: container.name };
  }
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return { ...schedulingTrouble(scheduled.message ?? '', pod, state), pod: name };
  const mount = warningOf(state, metadata?.uid, 'FailedMount', 'FailedAttachVolume');
  if (mount !== undefined && statuses.every(({ state: now }) => now?.running === undefined)) {
    // Every new namespace gets kube-root-ca.crt a moment after its first pods.
    const isMissing = /(configmap|secret) "(?!kube-root-ca)[^"]+" not found|references non-existent/.test(mount);
    return {
      kind: isMissing ? 'certain' : 'maybe',
      seconds: 12,
      reason: 'FailedMount',
      message: mount,
      fix: 'Create the ConfigMap or Secret, or remove the volume from the charts.',
      pod: name,
    };
  }
  return undefined;
}

/** The reason of a missing Secret or ConfigMap, or of a missing key in it. */
export const MISSING_KEY = 'CreateContainerConfigError';
/** Reasons after which no new attempt can succeed. */
const NEVER_STARTS = new Set(['InvalidImageName', 'ErrImageNeverPull']);
/** The exit codes of a program that was asked to end, or killed. */
const STOPPED = new Set([0, 137, 143]);
const PULL = new Set(['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable', ...NEVER_STARTS]);

function containerTrouble(container: V1ContainerStatus, pod: V1Pod, state: ClusterState): Trouble | undefined {
  const { state: now, lastState, image, restartCount } = container;
  const reason = now?.waiting?.reason ?? '';
  if (PULL.has(reason)) {
    const message = now?.waiting?.message ?? '';
    const isFinal = NEVER_STARTS.has(reason) || PULL_FAILS.test(message);
    return {
      kind: 'certain',
      // Perhaps only the connection to the registry is broken for a moment.
      ...(!isFinal && { seconds: 10 }),
      // The node alternates between this reason and ImagePullBackOff.
      reason: NEVER_STARTS.has(reason) ? reason : 'ErrImagePull',
      message: `The image ${image} cannot be pulled: ${message}`,
      fix: 'Build and push the image (callsign images), or load it into kind: callsign images --kind NAME.',
    };
  }
  if (reason === MISSING_KEY && now?.waiting?.message?.includes('runAsNonRoot')) {
    return {
      kind: 'certain',
      reason,
      message: now.waiting.message,
      fix: "Set the option user to the number of the user in the image. If the image must start as root, declare the exception runAs: 'root' or 'as-in-docker'.",
    };
  }
  if (reason === MISSING_KEY || reason === 'CreateContainerError') {
    return {
      kind: 'certain',
      reason,
      message: now?.waiting?.message ?? '',
      fix: 'Create the Secret or ConfigMap with this key, or correct its name in the charts.',
    };
  }
  const ended = now?.terminated ?? lastState?.terminated;
  if (ended && (restartCount > 0 || reason === 'CrashLoopBackOff') && !now?.running?.startedAt) {
    const probe = STOPPED.has(ended.exitCode) && ended.reason !== 'OOMKilled' && probeTrouble(container, pod, state);
    if (probe && (probe.kind === 'startup' || probe.kind === 'liveness'))
      return {
        kind: 'crash',
        reason: 'CrashLoopBackOff',
        message: `The node stopped the container, ${count(restartCount, 'restart')}. ${probe.message}`,
        fix: probe.fix,
        hasPreviousLog: now?.terminated === undefined,
        restarts: restartCount,
      };
    return {
      kind: 'crash',
      reason: ended.reason === 'OOMKilled' ? 'OOMKilled' : 'CrashLoopBackOff',
      message:
        ended.reason === 'OOMKilled'
          ? 'The container used more memory than its limit, and was killed.'
          : `The container ended with exit code ${ended.exitCode}, ${restartCount} restarts.`,
      fix: ended.reason === 'OOMKilled' ? 'Raise resources.memory.' : 'Correct the error in the log above.',
      // A container that has just ended still has its log.
      hasPreviousLog: now?.terminated === undefined,
      restarts: restartCount,
    };
  }
  if (now?.running && !container.ready) {
    const probe = probeTrouble(container, pod, state);
    if (probe !== undefined)
      return {
        kind: 'maybe',
        reason: 'Unhealthy',
        message: probe.message,
        fix: probe.fix,
        hasPreviousLog: restartCount > 0,
      };
  }
  return undefined;
}

/** The registry answered that the image is not there, or not for us. Other errors can be a broken connection. */
const PULL_FAILS =
  /not found|manifest unknown|does not exist|denied|unauthorized|no such host|not a valid|invalid reference/i;

function schedulingTrouble(message: string, pod: V1Pod, { claims, events, pods }: ClusterState): Trouble {
  const names = new Set((pod.spec?.volumes ?? []).map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName));
  for (const claim of claims) {
    if (claim.metadata?.namespace !== pod.metadata?.namespace || !names.has(claim.metadata?.name)) continue;
    if (claim.status?.phase === 'Bound') continue;
    const text = events.find(
      ({ involvedObject, reason }) =>
        involvedObject.uid === claim.metadata?.uid && (reason === 'ProvisioningFailed' || reason === 'FailedBinding'),
    )?.message;
    const isMissing = text !== undefined && /storageclass\S* "[^"]*" not found|no storage class is set/.test(text);
    if (text !== undefined)
      return {
        kind: isMissing ? 'certain' : 'maybe',
        reason: 'Unschedulable',
        message: `The claim ${claim.metadata?.name} gets no volume: ${text}`,
        fix: isMissing
          ? 'Install a default storage class, or set storageClass in the charts.'
          : 'Look at the provisioner of the storage class.',
      };
  }
  return {
    // Pods that end make room.
    kind: pods.some(({ metadata }) => metadata?.deletionTimestamp !== undefined) ? 'maybe' : 'certain',
    reason: 'Unschedulable',
    message,
    fix: 'Lower resources in the charts, or add a node.',
  };
}
