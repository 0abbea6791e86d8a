import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package. The sources are at other depths below it than the bundle. */
export const PACKAGE_FOLDER = folderWithManifest(__dirname);

function folderWithManifest(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : folderWithManifest(dirname(from));
}
