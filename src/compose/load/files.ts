import { statSync } from 'node:fs';

/** Whether a file is there, and no folder. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
