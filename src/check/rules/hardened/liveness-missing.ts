import { listOf } from '../../world/values';
import type { Pods } from '../../world/world';
import { containerRule, containerTitle } from '../hardened-rule';
import type { Rule } from '../rule';

export const livenessMissing: Rule = containerRule(
  'liveness-missing',
  'Without the probe, Kubernetes does not restart a program that hangs.',
  'Add a livenessProbe that checks only the program and not its dependencies.',
  (at, pods) =>
    !isLongRunning(pods) ||
    at.at.includes('initContainers') ||
    at.container.livenessProbe ||
    listOf(at.container.ports).length === 0
      ? []
      : [
          {
            field: [...at.at, 'livenessProbe'],
            message: `${containerTitle(at)} has no livenessProbe.`,
            expected: 'a livenessProbe',
            got: 'none',
            fix: 'Add a livenessProbe that calls no other services, such as { httpGet: { path: /healthz/live, port: http } }.',
          },
        ],
);

/** Whether the pods run until they are deleted, unlike those of a Job. */
function isLongRunning({ manifest }: Pods): boolean {
  return ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController'].includes(
    manifest.object.kind,
  );
}
