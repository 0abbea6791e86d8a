import { podsTitle } from '../../world/world';
import { waysOf } from '../../world/network/policies';
import { isHook } from '../../world/workloads/hooks';
import { podRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const policyMissing: Rule = podRule(
  'policy-missing',
  'An attacker in one pod can connect to all other pods.',
  'Add a NetworkPolicy that selects the pods. A policy that denies everything is enough.',
  (pods, world) =>
    waysOf(world, pods, 'Ingress') || isHook(pods.manifest.object)
      ? []
      : [
          {
            field: [],
            message: 'All pods of the cluster can connect to these pods.',
            expected: 'a NetworkPolicy that selects the pods',
            got: 'none',
            fix: `Add a NetworkPolicy whose podSelector matches ${podsTitle(pods)}, with ingress from its callers only.`,
          },
        ],
);
