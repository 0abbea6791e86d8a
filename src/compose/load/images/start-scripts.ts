import { readFileSync, statSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import type { Dockerfile } from '../../../images/source/dockerfile';
import { isFile } from '../files';

const LARGEST = 64 * 1024;

/** The text of the scripts that start the program: files of the build that a word of its command names. */
export function startScripts(
  folder: string,
  { copies, folder: workingDir }: Dockerfile,
  words: readonly string[],
): string {
  const paths = words.flatMap((word) => {
    const inImage = posix.resolve(workingDir ?? '/', word);
    return copies.flatMap(({ sources, target }) => sources.map(({ path }) => pathOf(folder, path, target, inImage)));
  });
  const scripts = [...new Set(paths)].filter((path) => path !== undefined);
  return scripts.map((path) => readFileSync(path, 'utf8')).join('\n');
}

/** The file in the folder that is copied to this path of the image, if it is a small text. */
function pathOf(folder: string, source: string, target: string, inImage: string): string | undefined {
  const below = posix.relative(target, inImage);
  if (below.startsWith('..')) return undefined;
  const isNamed = basename(source) === basename(inImage);
  const found = [join(folder, source, below), ...(isNamed ? [join(folder, source)] : [])].find(isFile);
  return found !== undefined && statSync(found).size <= LARGEST ? found : undefined;
}
