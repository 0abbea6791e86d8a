import type { Need } from '../need';

/** The API server takes policies whether or not anybody carries them out. */
export const networkPolicies: Need = {
  name: 'network-policies',
  *find(world) {
    for (const manifest of world.ofKind('NetworkPolicy')) {
      yield {
        manifest,
        what: 'a network that enforces NetworkPolicies: another one lets everything through, and says nothing',
      };
    }
  },
};
