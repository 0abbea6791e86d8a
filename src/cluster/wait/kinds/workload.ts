import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { count } from '../../../basics/text';
import { matches } from '../../../k8s/selector';
import type { LiveObject } from '../../connection/api-server';
import type { ClusterState } from '../cluster-state';
import { warningOf } from '../cluster-state';
import { isPodReady, newestPods } from '../newest-pods';
import { podTrouble } from '../pod-trouble';
import { READY, waiting, type Readiness, type Trouble } from '../readiness';

/** The numbers of a workload, in the same words for every kind. */
interface Numbers {
  readonly wanted: number;
  readonly updated: number;
  readonly available: number;
  /** Including pods of older revisions. */
  readonly all: number;
}

/** A workload is ready if all its replicas run the newest revision, are available, and receive requests. */
export function workloadReadiness(
  object: LiveObject,
  numbers: Numbers,
  state: ClusterState,
  services: readonly V1Service[],
): Readiness {
  const { wanted, updated, available, all } = numbers;
  const { observedGeneration = 0 } = ((object as unknown as V1Deployment).status ?? {}) as {
    observedGeneration?: number;
  };
  const { generation = 0 } = object.metadata as { generation?: number };
  if (observedGeneration < generation) return waiting('the controller has not seen the change');
  const pods = newestPods(object, state);
  // The cluster also counts available pods of older revisions.
  const pending = pods.filter((pod) => !pod.metadata?.deletionTimestamp && !isPodReady(pod));
  if (updated < wanted || available < wanted || pending.length > 0) {
    const trouble = creationTrouble(object, state) ?? pending.map((pod) => podTrouble(pod, state)).find(Boolean);
    const ready = Math.min(updated, available, wanted - Math.min(pending.length, wanted));
    return waiting(`${ready} of ${wanted} replicas are ready`, trouble);
  }
  if (all > updated) return waiting(`the old revision still has ${count(all - updated, 'replica')}`);
  const ips = pods.flatMap(({ status, metadata }) => (metadata?.deletionTimestamp ? [] : (status?.podIP ?? [])));
  for (const service of services) {
    const ready = new Set(
      state.endpointSlices
        .filter(
          ({ metadata }) =>
            metadata?.labels?.['kubernetes.io/service-name'] === service.metadata?.name &&
            metadata?.namespace === service.metadata?.namespace,
        )
        .flatMap(({ endpoints }) => endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap(({ addresses }) => addresses),
    );
    if (ips.some((ip) => !ready.has(ip)))
      return waiting(`the Service ${service.metadata?.name} does not send requests to all replicas`);
  }
  return READY;
}

/** The cluster refuses to create pods: a quota, Pod Security or a webhook. */
function creationTrouble(object: LiveObject, state: ClusterState): Trouble | undefined {
  const { conditions = [] } = (object as unknown as V1Deployment).status ?? {};
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const message =
    failure?.message ??
    (object.kind === 'Deployment' ? undefined : warningOf(state, object.metadata.uid, 'FailedCreate'));
  if (message === undefined) return undefined;
  return {
    kind: 'certain',
    reason: 'FailedCreate',
    message: `The cluster refuses to create a pod: ${message}`,
    fix: /exceeded quota/.test(message)
      ? 'Lower replicas or resources in the charts, or raise the quota of the namespace.'
      : 'Correct the pod in the charts, or the policy that refuses it.',
  };
}

/** The Services of the release that send requests to these pods. */
export function servicesOf(object: LiveObject, services: readonly V1Service[]): V1Service[] {
  const labels = (object as unknown as V1Deployment).spec?.template.metadata?.labels ?? {};
  return services.filter(
    ({ metadata, spec }) =>
      metadata?.namespace === object.metadata.namespace &&
      spec?.selector !== undefined &&
      Object.keys(spec.selector).length > 0 &&
      matches({ matchLabels: spec.selector }, labels),
  );
}
