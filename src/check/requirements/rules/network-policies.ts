import type { RequirementRule } from '../requirement-rule';

/** The API server takes policies whether or not anybody carries them out. */
export const networkPolicies: RequirementRule = {
  kind: 'network-policies',
  *find(world) {
    for (const manifest of world.ofKind('NetworkPolicy')) {
      yield {
        manifest,
        what: 'a network that enforces NetworkPolicies: another one lets everything through, and says nothing',
      };
    }
  },
};
