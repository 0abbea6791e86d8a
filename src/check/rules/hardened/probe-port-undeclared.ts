import { listOf } from '../../world/values';
import { containersOf } from '../../world/world';
import { containerRule, containerTitle } from '../hardened-rule';
import type { Rule } from '../rule';

export const probePortUndeclared: Rule = containerRule(
  'probe-port-undeclared',
  'An undeclared port may be a typing error.',
  'Declare the port, or use a declared port for the probe.',
  (at, pods) => {
    const declared = new Set(
      containersOf(pods).flatMap(({ container }) => listOf(container.ports).map(({ containerPort }) => containerPort)),
    );
    return (['startupProbe', 'readinessProbe', 'livenessProbe'] as const).flatMap((probe) =>
      (['httpGet', 'tcpSocket', 'grpc'] as const).flatMap((way) => {
        const port = at.container[probe]?.[way]?.port;
        return typeof port !== 'number' || declared.has(port)
          ? []
          : [
              {
                field: [...at.at, probe, way, 'port'],
                message: `${containerTitle(at)} does not declare the port ${port}.`,
                expected: `one of ${[...declared].join(', ') || 'its ports'}`,
                got: String(port),
                fix: 'Declare the port, or use a declared port for the probe.',
              },
            ];
      }),
    );
  },
);
