import { budgetsOf } from '../../world/workloads/budgets';
import { replicasOf } from '../../world/workloads/workloads';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const budgetMissing: Rule = hardenedRule(
  'budget-missing',
  'A drain of nodes can evict all replicas at the same time.',
  'Add a PodDisruptionBudget with maxUnavailable: 1.',
  (world) => {
    const counted = new Set([...budgetsOf(world)].flatMap(({ pods }) => pods));
    return world.pods
      .filter((pods) => !counted.has(pods) && (replicasOf(world, pods.manifest) ?? 0) > 1)
      .map(({ manifest }) => ({
        manifest,
        field: ['spec', 'replicas'],
        message: 'A drain of nodes can evict all replicas at the same time.',
        expected: 'a PodDisruptionBudget that selects the pods',
        got: 'none',
        fix: 'Add a PodDisruptionBudget with maxUnavailable: 1.',
      }));
  },
);
