import { allowedBy, opensPort, waysOf } from '../../world/network/policies';
import type { Rule } from '../rule';
import { podsTitle } from '../../world/world';
import { reachesApi } from '../../world/workloads/workloads';

export const apiBlocked: Rule = {
  code: 'api-blocked',
  why: 'The pod has permissions and a token, but the policies block its requests to the API server.',
  fix: 'Allow egress to ports 443 and 6443 without a peer: the address of the API server depends on the cluster.',
  *find(world) {
    for (const pods of world.pods) {
      const out = reachesApi(world, pods) ? waysOf(world, pods, 'Egress') : undefined;
      // The API server has an address but no pods, so only a rule without peers or with an ipBlock can allow it.
      if (
        !out ||
        out.ways.some(
          (way) =>
            [443, 6443].some((port) => opensPort(way, port)) &&
            (way.peers.length === 0 || way.peers.some(({ ipBlock }) => ipBlock)),
        )
      )
        continue;
      yield {
        manifest: out.policies[0]!,
        field: ['spec', 'egress'],
        message: `${podsTitle(pods)} has permissions in the cluster, but the policies block its access to the API server.`,
        expected: 'egress to port 443 or 6443, without a peer or to the address of the API server',
        got: allowedBy(out.policies),
        fix: 'Add egress to ports 443 and 6443, or remove the permissions.',
      };
    }
  },
};
