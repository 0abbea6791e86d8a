import { mayBeDns } from '../../world/network/dns';
import { opensPort } from '../../world/network/policies';
import { listOf } from '../../world/values';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const dnsWithoutTcp: Rule = hardenedRule(
  'dns-without-tcp',
  'DNS uses TCP for answers that are too long for UDP, such as those of a Service with many addresses.',
  'Allow port 53 for TCP in addition to UDP.',
  (world) =>
    world.ofKind('NetworkPolicy').flatMap((manifest) =>
      listOf(manifest.object.spec?.egress).flatMap(({ to, ports }, i) => {
        const way = { ports: listOf(ports) };
        const half =
          way.ports.length > 0 && mayBeDns(listOf(to)) && opensPort(way, 53, undefined, 'UDP') && !opensPort(way, 53);
        return half
          ? [
              {
                manifest,
                field: ['spec', 'egress', i, 'ports'],
                message: 'The rule allows DNS over UDP but not over TCP.',
                expected: 'port 53 for UDP and TCP',
                got: 'UDP',
                fix: 'Add port 53 for TCP.',
              },
            ]
          : [];
      }),
    ),
);
