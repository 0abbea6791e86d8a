import { listOf } from '../../world/values';
import { containerRule, containerTitle, type PodRule } from '../hardened-rule';

export const hostPort: PodRule = containerRule(
  'host-port',
  'Only one replica can use the port on each node, and NetworkPolicies do not apply to it.',
  'Remove hostPort, and add a Service for the pods.',
  (at, { spec }) =>
    spec.hostNetwork === true
      ? []
      : listOf(at.container.ports).flatMap(({ hostPort: port }, i) =>
          port
            ? [
                {
                  field: [...at.at, 'ports', i, 'hostPort'],
                  message: `${containerTitle(at)} uses a port of its node.`,
                  expected: 'no hostPort',
                  got: String(port),
                  fix: 'Remove hostPort, and add a Service for the pods.',
                },
              ]
            : [],
        ),
);
