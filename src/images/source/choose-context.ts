import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isPattern } from './build-context';
import type { Dockerfile } from './dockerfile';

/**
 * The folder that the COPY lines of a Dockerfile are relative to. A Dockerfile does not say it. It is the folder that has
 * most of what the lines name, and the first one if several have the same.
 */
export function chooseContext(folders: readonly [string, ...string[]], { sources }: Dockerfile): string {
  let [best] = folders;
  let most = 0;
  for (const folder of folders) {
    const found = sources.reduce((sum, { path }) => sum + foundIn(folder, path), 0);
    if (found > most) [best, most] = [folder, found];
  }
  return best;
}

/** A path that a build still has to write, or a pattern, counts by its first folder, but less than a path that exists. */
function foundIn(folder: string, path: string): number {
  const [first = ''] = path.split('/');
  if (isPattern(first) || !existsSync(join(folder, first))) return 0;
  return !isPattern(path) && existsSync(join(folder, path)) ? 2 : 1;
}
