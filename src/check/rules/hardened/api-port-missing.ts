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
    world.ofKind('NetworkPolicy').flatMap((manifest) => {
      const { egress, podSelector = {} } = manifest.object.spec ?? {};
      const isForApi = world.select(namespaceOf(manifest.object), podSelector).some((pods) => reachesApi(world, pods));
      if (!isForApi) return [];
      const rules = listOf(egress).map(({ to, ports }, i) => ({
        i,
        open: listOf(to).length > 0 ? [] : [443, 6443].filter((port) => opensPort({ ports: listOf(ports) }, port)),
      }));
      // Another rule may open the other port. A rule with one port alone can be for a host outside the cluster.
      const open = new Set(rules.flatMap((rule) => rule.open));
      if (open.size !== 1) return [];
      const [port] = [...open];
      return rules
        .filter((rule) => rule.open.length > 0)
        .map(({ i }) => ({
          manifest,
          field: ['spec', 'egress', i, 'ports'],
          message: 'The rule allows only one port of the API server.',
          expected: 'ports 443 and 6443',
          got: String(port),
          fix: `Add the port ${port === 443 ? 6443 : 443}.`,
        }));
    }),
);
