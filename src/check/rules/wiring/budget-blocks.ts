import { budgetsOf } from '../../world/workloads/budgets';
import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { replicasOf } from '../../world/workloads/workloads';

export const budgetBlocks: Rule = {
  code: 'budget-blocks',
  why: 'The budget blocks every eviction, so a node that runs such a pod cannot be drained or updated.',
  fix: 'Set maxUnavailable: 1. Run at least two replicas if the workload must stay available.',
  *find(world) {
    for (const { manifest, spec, pods } of budgetsOf(world)) {
      if (pods.length === 0) continue;
      const { minAvailable, maxUnavailable } = spec;
      const counts = pods.map((one) => replicasOf(world, one.manifest));
      const all = counts.includes(undefined) ? undefined : counts.reduce<number>((sum, n) => sum + n!, 0);
      const share = typeof minAvailable === 'string' ? Number.parseInt(minAvailable, 10) : undefined;
      // Without replicas there is nothing to evict.
      const needed =
        all === 0 || all === undefined
          ? undefined
          : typeof minAvailable === 'number'
            ? minAvailable
            : share === undefined
              ? undefined
              : Math.ceil((all * share) / 100);
      const blocks = isNone(maxUnavailable) || share === 100 || (needed !== undefined && needed >= all!);
      if (!blocks || all === 0) continue;
      const field = maxUnavailable === undefined || maxUnavailable === null ? 'minAvailable' : 'maxUnavailable';
      yield {
        manifest,
        field: ['spec', field],
        message: `The budget blocks every eviction${all === undefined ? '' : `: ${needed ?? all} of ${all} pods must be available`}.`,
        expected: 'a budget that allows at least one unavailable pod',
        got: `${field}: ${show(spec[field])}`,
        fix: all !== undefined && all < 2 ? 'Run two replicas or remove the budget.' : 'Set maxUnavailable: 1.',
      };
    }
  },
};

function isNone(share: unknown): boolean {
  return share === 0 || share === '0%' || share === '0';
}
