import { ROLE_KINDS } from '../../world/kinds';
import { listOf } from '../../world/values';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const rightsWildcard: Rule = hardenedRule(
  'rights-wildcard',
  'A wildcard also allows resources and verbs that are added in the future.',
  'List the resources and verbs that the program uses.',
  (world) =>
    ROLE_KINDS.flatMap((kind) =>
      world.ofKind(kind).flatMap((manifest) =>
        listOf(manifest.object.rules).flatMap((rule, i) =>
          (['verbs', 'resources'] as const)
            .filter((field) => listOf(rule[field]).includes('*'))
            .map((field) => ({
              manifest,
              field: ['rules', i, field],
              message: `The role allows all ${field}.`,
              expected: `the ${field} that the program uses`,
              got: '*',
              fix: `Replace * by the ${field} that the program uses, such as ${field === 'verbs' ? '[get, list]' : '[configmaps]'}.`,
            })),
        ),
      ),
    ),
);
