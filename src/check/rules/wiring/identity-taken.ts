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
        const pair = JSON.stringify([first.file, second.file]);
        pairs.set(pair, [...(pairs.get(pair) ?? []), conflict]);
      }
    }
    for (const conflicts of pairs.values()) {
      const [conflict] = conflicts as [Conflict];
      yield {
        ...violation(conflict),
        message: `${conflict.first.file} declares ${listed(conflicts)} with different content.`,
        fix: 'Remove or rename one of them. If the files are alternatives, check them separately.',
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

function listed(conflicts: readonly Conflict[]): string {
  const titles = conflicts.map(({ second }) => titleOf(second.object));
  const more = titles.length > 3 ? ` and ${titles.length - 3} more` : '';
  return `${titles.slice(0, 3).join(', ')}${more}`;
}
