import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { PACKAGE_FOLDER } from '../basics/package-folder';

/**
 * The module that a file in this folder imports: the package, or src/index.ts if the file is in our own checkout. There,
 * the name of the package means the bundle, which a fresh clone does not have.
 */
export function libraryFrom(folder: string | undefined): string {
  const index = join(PACKAGE_FOLDER, 'src', 'index');
  if (
    folder === undefined ||
    !existsSync(`${index}.ts`) ||
    !`${resolve(folder)}${sep}`.startsWith(PACKAGE_FOLDER + sep)
  )
    return 'callsign-k8s';
  const path = relative(resolve(folder), index).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
