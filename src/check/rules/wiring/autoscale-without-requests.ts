import { autoscalersOf } from '../../world/workloads/autoscalers';
import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { containersOf } from '../../world/world';

export const autoscaleWithoutRequests: Rule = {
  code: 'autoscale-without-requests',
  why: 'Utilization is a percentage of the request. Without a request the autoscaler never scales.',
  fix: 'Request the resource in every container of the target.',
  *find(world) {
    for (const { manifest, resources, target } of autoscalersOf(world)) {
      const pods = target && world.pods.find((one) => one.manifest === target);
      if (!pods) continue;
      for (const resource of resources) {
        for (const { container } of containersOf(pods).filter(({ at }) => at.includes('containers'))) {
          const { requests, limits } = container.resources ?? {};
          if (requests?.[resource] !== undefined || limits?.[resource] !== undefined) continue;
          yield {
            manifest,
            field: ['spec', 'scaleTargetRef'],
            message: `The autoscaler scales on ${resource} utilization, but the container ${show(container.name)} does not request ${resource}.`,
            expected: `resources.requests.${resource} in every container`,
            got: 'none',
            fix: `Add resources.requests.${resource} to ${show(container.name)}.`,
          };
        }
      }
    }
  },
};
