import { titleOf } from '../../../k8s/objects';
import { conflictGroups, conflictTitles } from '../../world/conflict-groups';
import type { Rule } from '../rule';

export const variantsTogether: Rule = {
  code: 'variants-together',
  profile: 'hint',
  why: 'Only one of the variants can be applied: each object that is applied last silently replaces the other one. Objects with variants are not checked together with others, so mistakes between them are missed.',
  fix: 'Check the folders separately.',
  *find(world) {
    for (const group of conflictGroups(world)) {
      if (!group.areVariants) continue;
      const { second } = group.conflicts[0];
      yield {
        manifest: second,
        field: ['metadata', 'name'],
        message: `${group.where} declares ${conflictTitles(group)} with different content, so the folders seem to be variants.`,
        expected: 'each object once',
        got: titleOf(second.object),
        fix: 'If they are variants, check the folders separately. Otherwise, rename the objects.',
      };
    }
  },
};
