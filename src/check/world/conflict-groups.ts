import { dirname } from 'node:path';
import { titleOf } from '../../k8s/objects';
import type { Conflict } from './declarations';
import { once } from './once';

/** The conflicts between the objects of two files of one folder, or of two folders. */
export interface ConflictGroup {
  readonly conflicts: readonly [Conflict, ...Conflict[]];
  /** The file or the folder that declares the objects first. */
  readonly where: string;
  readonly what: 'files' | 'folders';
  /** Whether the folders are variants of an application: several of their objects conflict. */
  readonly areVariants: boolean;
}

export const conflictGroups = once((world): readonly ConflictGroup[] => {
  const pairs = new Map<string, [Conflict, ...Conflict[]]>();
  for (const conflict of world.declarations.conflicts) {
    if (conflict.first.file === conflict.second.file) continue;
    const pair = placesOf(conflict).join(' ');
    const others = pairs.get(pair);
    if (others) others.push(conflict);
    else pairs.set(pair, [conflict]);
  }
  return [...pairs.values()].map((conflicts) => {
    const [{ first, second }] = conflicts;
    const files = new Set(conflicts.map((one) => one.first.file));
    const titles = new Set(conflicts.map((one) => titleOf(one.second.object)));
    return {
      conflicts,
      where: files.size === 1 ? first.file! : placesOf(conflicts[0])[0],
      what: files.size === 1 ? 'files' : 'folders',
      areVariants: titles.size > 1 && dirname(first.file ?? '') !== dirname(second.file ?? ''),
    };
  });
});

/** The folders of both objects, or their files if they are in one folder. */
function placesOf({ first, second }: Conflict): [string, string] {
  const [one = '', other = ''] = [first.file, second.file];
  return dirname(one) === dirname(other) ? [one, other] : [dirname(one), dirname(other)];
}

/** The first titles of the objects, and the number of the others. */
export function conflictTitles({ conflicts }: ConflictGroup): string {
  const titles = [...new Set(conflicts.map(({ second }) => titleOf(second.object)))];
  const more = titles.length > 3 ? ` and ${titles.length - 3} more` : '';
  return `${titles.slice(0, 3).join(', ')}${more}`;
}
