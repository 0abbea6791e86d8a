import { opensPort, waysOf } from '../../world/policies';
import type { Rule } from '../rule';
import { podsTitle } from '../../world/world';
import { reachesApi } from '../../world/workloads';

export const apiBlocked: Rule = {
  code: 'api-blocked',
  why: 'It was given rights and a token, but no packet reaches the API server: whatever it should do there never happens.',
  fix: 'Allow egress to port 443 and 6443; the address of the API server is that of the cluster, so no peer names it.',
  *find(world) {
    for (const pods of world.pods) {
      const out = reachesApi(world, pods) ? waysOf(world, pods, 'Egress') : undefined;
      // It has an address and no pods: only a way to everybody, or to addresses, may lead there.
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
        message: `${podsTitle(pods)} has rights in the cluster, but may not reach the API server.`,
        expected: 'egress to port 443 or 6443, to everybody or to its address',
        got: `only what ${out.policies.map(({ object }) => object.metadata.name).join(', ')} let${out.policies.length === 1 ? 's' : ''} through`,
        fix: 'Add egress to the ports 443 and 6443, or take the rights away.',
      };
    }
  },
};
