import { listOf } from '../../world/values';
import { servedPods } from '../../world/workloads/workloads';
import { containerRule, containerTitle } from '../hardened-rule';
import type { Rule } from '../rule';

export const readinessMissing: Rule = containerRule(
  'readiness-missing',
  'Without the probe, a pod receives calls before its program listens and while it cannot answer.',
  'Add a readinessProbe that checks whether the program can answer calls.',
  (at, pods, world) => {
    return !servedPods(world).has(pods) ||
      at.at.includes('initContainers') ||
      at.container.readinessProbe ||
      listOf(at.container.ports).length === 0
      ? []
      : [
          {
            field: [...at.at, 'readinessProbe'],
            message: `${containerTitle(at)} is behind a Service but has no readinessProbe.`,
            expected: 'a readinessProbe',
            got: 'none',
            fix: 'Add a readinessProbe, such as { httpGet: { path: /healthz/ready, port: http } }.',
          },
        ];
  },
);
