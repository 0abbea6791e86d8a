import { show } from '../../../basics/text';
import { listOf } from '../../world/values';
import { servicesIn } from '../../world/world';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const serviceExposed: Rule = hardenedRule(
  'service-exposed',
  'The Service is reachable without the gateway and its rules.',
  'Use the type ClusterIP, and route traffic through the gateway.',
  (world) =>
    [...servicesIn(world)].flatMap(({ manifest, spec }) => [
      ...(spec.type === 'NodePort'
        ? [
            {
              manifest,
              field: ['spec', 'type'],
              message: 'The port of the Service is open on every node.',
              expected: 'ClusterIP',
              got: 'NodePort',
              fix: 'Write type: ClusterIP, and add an Ingress for the Service.',
            },
          ]
        : []),
      ...(listOf(spec.externalIPs).length > 0
        ? [
            {
              manifest,
              field: ['spec', 'externalIPs'],
              message: 'The Service is reachable at external IP addresses.',
              expected: 'no externalIPs',
              got: show(spec.externalIPs),
              fix: 'Remove externalIPs.',
            },
          ]
        : []),
    ]),
);
