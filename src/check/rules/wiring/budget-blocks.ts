import { budgetsOf } from '../../world/budgets';
import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { copiesOf } from '../../world/workloads';

export const budgetBlocks: Rule = {
  code: 'budget-blocks',
  why: 'No pod may ever be moved: a node cannot be drained, so it is not updated, or somebody forces it.',
  fix: 'Let one pod be missing: maxUnavailable: 1, and more than one copy where it must never be away.',
  *find(world) {
    for (const { manifest, spec, pods } of budgetsOf(world)) {
      if (pods.length === 0) continue;
      const { minAvailable, maxUnavailable } = spec;
      const copies = pods.map((one) => copiesOf(world, one.manifest));
      const all = copies.includes(undefined) ? undefined : copies.reduce<number>((sum, n) => sum + n!, 0);
      const share = typeof minAvailable === 'string' ? Number.parseInt(minAvailable, 10) : undefined;
      // Of none there is nothing to move.
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
        message: `It lets no pod be moved${all === undefined ? '' : `: ${needed ?? all} of ${all} have to be there`}.`,
        expected: 'a budget that at least one pod can be missing from',
        got: `${field}: ${show(spec[field])}`,
        fix:
          all !== undefined && all < 2
            ? 'Run two copies, or take the budget out: a single copy is away while it moves.'
            : 'Write maxUnavailable: 1.',
      };
    }
  },
};

function isNone(share: unknown): boolean {
  return share === 0 || share === '0%' || share === '0';
}
