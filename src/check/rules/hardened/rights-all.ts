import { BINDING_KINDS } from '../../world/kinds';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const rightsAll: Rule = hardenedRule(
  'rights-all',
  'An attacker in such a pod has full control of the cluster.',
  'Bind a role that has only the required permissions.',
  (world) =>
    BINDING_KINDS.flatMap((kind) =>
      world
        .ofKind(kind)
        .filter(({ object }) => object.roleRef?.name === 'cluster-admin')
        .map((manifest) => ({
          manifest,
          field: ['roleRef', 'name'],
          message: 'The binding grants all permissions in the cluster.',
          expected: 'a role that has only the required permissions',
          got: 'cluster-admin',
          fix: 'Set roleRef to a Role that has only the required permissions.',
        })),
    ),
);
