import { show } from '../../../basics/text';
import { ROLE_KINDS } from '../../world/kinds';
import { listOf } from '../../world/values';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const rightsSecrets: Rule = hardenedRule(
  'rights-secrets',
  'Permission to read all Secrets exposes every password of the namespace or of the cluster.',
  'List the Secrets in resourceNames, or mount them.',
  (world) =>
    ROLE_KINDS.flatMap((kind) =>
      world.ofKind(kind).flatMap((manifest) =>
        listOf(manifest.object.rules).flatMap((rule, i) => {
          const reads = listOf(rule.verbs).filter((verb) => ['get', 'list', 'watch'].includes(verb));
          return reads.length > 0 &&
            listOf(rule.resources).includes('secrets') &&
            listOf(rule.resourceNames).length === 0
            ? [
                {
                  manifest,
                  field: ['rules', i, 'resources'],
                  message: 'The role can read every Secret.',
                  expected: 'resourceNames',
                  got: show(reads),
                  fix: 'Add resourceNames with the names of the Secrets that the program reads.',
                },
              ]
            : [];
        }),
      ),
    ),
);
