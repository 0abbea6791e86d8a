import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import {
  probeFix,
  probeMessage,
  type FailedProbe,
  type ProbeFailure,
} from '../../constructs/microservice/pod/probe-report';
import { warningOf, type ClusterState } from './cluster-state';
import type { Trouble } from './readiness';

/** What the latest warning says about a probe of a container: what fails, and how to fix it. */
export function probeTrouble(
  { name }: V1ContainerStatus,
  { metadata, spec }: V1Pod,
  state: ClusterState,
): (Pick<Trouble, 'message' | 'fix'> & { readonly kind?: FailedProbe['kind'] }) | undefined {
  // Events of a node name the container. Without a name it can be any of the pod.
  const events = state.events.filter(
    ({ involvedObject: { fieldPath } }) => !fieldPath || fieldPath.includes(`{${name}}`),
  );
  const warning = warningOf({ ...state, events }, metadata?.uid, 'Unhealthy');
  if (warning === undefined) return undefined;
  const [, word = '', text = ''] =
    /^(Startup|Readiness|Liveness) probe (?:failed|errored)[^:]*: ([^]*)$/.exec(warning) ?? [];
  const kind = word.toLowerCase() as FailedProbe['kind'];
  const container = spec?.containers.find((one) => one.name === name);
  if (word === '' || !container?.[`${kind}Probe`])
    return { message: warning, fix: 'Correct the path and the port of the health check, or the program.' };
  const failed = { kind, container, failure: failureIn(text) };
  return { kind, message: probeMessage(failed), fix: probeFix(failed) };
}

function failureIn(text: string): ProbeFailure {
  const [, status] = /^HTTP probe failed with statuscode: (\d+)/.exec(text) ?? [];
  if (status !== undefined) return { cause: 'status', status: Number(status) };
  if (/connection refused/.test(text)) return { cause: 'refused' };
  if (/context deadline exceeded|Client\.Timeout exceeded|i\/o timeout|command timed out/i.test(text))
    return { cause: 'late' };
  return { cause: 'other', text };
}
