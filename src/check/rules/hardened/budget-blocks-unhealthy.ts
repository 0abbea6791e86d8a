import { budgetsOf } from '../../world/workloads/budgets';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const budgetBlocksUnhealthy: Rule = hardenedRule(
  'budget-blocks-unhealthy',
  'A pod that is never ready cannot be evicted, so the drain of its node does not finish.',
  'Set unhealthyPodEvictionPolicy: AlwaysAllow.',
  (world) =>
    [...budgetsOf(world)]
      .filter(({ spec }) => spec.unhealthyPodEvictionPolicy !== 'AlwaysAllow')
      .map(({ manifest, spec }) => ({
        manifest,
        field: ['spec', 'unhealthyPodEvictionPolicy'],
        message: 'Unhealthy pods cannot be evicted.',
        expected: 'AlwaysAllow',
        got: spec.unhealthyPodEvictionPolicy ?? 'none',
        fix: 'Set unhealthyPodEvictionPolicy: AlwaysAllow.',
      })),
);
