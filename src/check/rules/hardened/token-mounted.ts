import { show } from '../../../basics/text';
import { accountsWithRights } from '../../world/workloads/workloads';
import { podRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const tokenMounted: Rule = podRule(
  'token-mounted',
  'An attacker in the container can use the token to send requests to the API server.',
  'Set automountServiceAccountToken: false for the pod or its ServiceAccount.',
  (pods, world) => {
    const { spec, at, namespace } = pods;
    const name = spec.serviceAccountName ?? 'default';
    const account = world.find('ServiceAccount', namespace, name)?.object;
    // A pod with permissions requires the token.
    if (
      (spec.automountServiceAccountToken ?? account?.automountServiceAccountToken) === false ||
      accountsWithRights(world).has(`${namespace}/${name}`)
    )
      return [];
    return [
      {
        field: [...at, 'automountServiceAccountToken'],
        message: 'The pod mounts a token for the API server, but its ServiceAccount has no permissions.',
        expected: 'automountServiceAccountToken: false',
        got: show(spec.automountServiceAccountToken ?? null),
        fix: 'Set automountServiceAccountToken: false for the pod or its ServiceAccount.',
      },
    ];
  },
);
