import { opensPort } from '../../world/network/policies';
import { listOf, namespaceOf } from '../../world/values';
import { reachesApi } from '../../world/workloads/workloads';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const apiPortMissing: Rule = hardenedRule(
  'api-port-missing',
  'The API server listens on port 443 in some clusters and on port 6443 in others. A policy with one port works in only some clusters.',
  'Allow both ports, 443 and 6443.',
  (world) =>
    world.ofKind('NetworkPolicy').flatMap((manifest) =>
      listOf(manifest.object.spec?.egress).flatMap(({ to, ports }, i) => {
        const isForApi =
          listOf(to).length === 0 &&
          world
            .select(namespaceOf(manifest.object), manifest.object.spec?.podSelector ?? {})
            .some((pods) => reachesApi(world, pods));
        const open = [443, 6443].filter((port) => opensPort({ ports: listOf(ports) }, port));
        return isForApi && open.length === 1
          ? [
              {
                manifest,
                field: ['spec', 'egress', i, 'ports'],
                message: 'The rule allows only one port of the API server.',
                expected: 'ports 443 and 6443',
                got: String(open[0]),
                fix: `Add the port ${open[0] === 443 ? 6443 : 443}.`,
              },
            ]
          : [];
      }),
    ),
);
