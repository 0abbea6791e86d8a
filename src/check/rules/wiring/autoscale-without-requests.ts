import { autoscalersOf } from '../../world/workloads/autoscalers';
import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { containersOf, listOf } from '../../world/world';

export const autoscaleWithoutRequests: Rule = {
  code: 'autoscale-without-requests',
  why: 'Utilization is a percentage of the request. Without a request the autoscaler never scales.',
  fix: 'Request the resource in every container of the target.',
  *find(world) {
    for (const { manifest, spec, target } of autoscalersOf(world)) {
      const pods = target && world.pods.find((one) => one.manifest === target);
      if (!pods) continue;
      for (const resource of sharesOf(spec)) {
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

/** The resources whose utilization is measured. An autoscaler of version 1, or without metrics, measures CPU. */
function sharesOf({
  metrics,
}: {
  metrics?: readonly { resource?: { name?: string; target?: { type?: string } } }[];
}): string[] {
  if (listOf(metrics).length === 0) return ['cpu'];
  return listOf(metrics).flatMap(({ resource }) =>
    resource?.name !== undefined && resource.target?.type === 'Utilization' ? [resource.name] : [],
  );
}
