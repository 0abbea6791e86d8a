import { dirname } from 'node:path';
import { titleOf } from '../../../k8s/objects';
import type { Conflict } from '../../world/declarations';
import type { Rule, Violation } from '../rule';

export const identityTaken: Rule = {
  code: 'identity-taken',
  why: 'The object that is applied last silently replaces the other one. Two files with variants of one object are treated as alternatives, so their objects are not checked together.',
  fix: 'Change the name or the namespace of one of them. If the files are alternatives, check them separately.',
  *find(world) {
    const pairs = new Map<string, Conflict[]>();
    for (const conflict of world.declarations.conflicts) {
      const { first, second } = conflict;
      if (first.file === second.file) {
        const message = `${titleOf(second.object)} is declared twice with different content.`;
        yield { ...violation(conflict), message, fix: 'Remove or rename one of them.' };
      } else {
        const pair = placesOf(conflict).join(' ');
        pairs.set(pair, [...(pairs.get(pair) ?? []), conflict]);
      }
    }
    for (const conflicts of pairs.values()) {
      const [conflict] = conflicts as [Conflict];
      const files = new Set(conflicts.map(({ first }) => first.file));
      const [where, what] = files.size === 1 ? [conflict.first.file, 'files'] : [placesOf(conflict)[0], 'folders'];
      yield {
        ...violation(conflict),
        message: `${where} declares ${listed(conflicts)} with different content.`,
        fix: `Remove or rename one of them. If the ${what} are alternatives, check them separately.`,
      };
    }
  },
};

/** The folders of both objects, or their files if they are in one folder. */
function placesOf({ first, second }: Conflict): [string, string] {
  const [one = '', other = ''] = [first.file, second.file];
  return dirname(one) === dirname(other) ? [one, other] : [dirname(one), dirname(other)];
}

function violation({ second }: Conflict): Omit<Violation, 'message' | 'fix'> {
  return {
    manifest: second,
    field: ['metadata', 'name'],
    expected: 'each object once',
    got: titleOf(second.object),
  };
}

function listed(conflicts: readonly Conflict[]): string {
  const titles = [...new Set(conflicts.map(({ second }) => titleOf(second.object)))];
  const more = titles.length > 3 ? ` and ${titles.length - 3} more` : '';
  return `${titles.slice(0, 3).join(', ')}${more}`;
}
