import type { RequirementRule } from '../requirement-rule';

/** The API server accepts NetworkPolicies even if nothing enforces them. */
export const networkPolicies: RequirementRule = {
  kind: 'network-policies',
  *find(world) {
    for (const manifest of world.ofKind('NetworkPolicy')) {
      yield {
        manifest,
        what: 'a network plugin that enforces NetworkPolicies. Other plugins ignore them without a message',
      };
    }
  },
};
