import { titleOf } from '../../../k8s/objects';
import { conflictGroups, conflictTitles } from '../../world/conflict-groups';
import type { Conflict } from '../../world/declarations';
import type { Rule, Violation } from '../rule';

export const identityTaken: Rule = {
  code: 'identity-taken',
  why: 'The object that is applied last silently replaces the other one. Two files with variants of one object are treated as alternatives, so their objects are not checked together.',
  fix: 'Change the name or the namespace of one of them. If the files are alternatives, check them separately.',
  *find(world) {
    for (const conflict of world.declarations.conflicts) {
      if (conflict.first.file !== conflict.second.file) continue;
      const message = `${titleOf(conflict.second.object)} is declared twice with different content.`;
      yield { ...violation(conflict), message, fix: 'Remove or rename one of them.' };
    }
    for (const group of conflictGroups(world)) {
      // A hint is enough for two folders with variants of an application.
      if (group.areVariants) continue;
      yield {
        ...violation(group.conflicts[0]),
        message: `${group.where} declares ${conflictTitles(group)} with different content.`,
        fix: `Remove or rename one of them. If the ${group.what} are alternatives, check them separately.`,
      };
    }
  },
};

function violation({ second }: Conflict): Omit<Violation, 'message' | 'fix'> {
  return {
    manifest: second,
    field: ['metadata', 'name'],
    expected: 'each object once',
    got: titleOf(second.object),
  };
}
