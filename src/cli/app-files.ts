import { statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { PACKAGE_FOLDER } from '../basics/package-folder';

/** Our own modules: the sources of a checkout, or the bundle of the package. The charts of a checkout are the user's. */
const OWN = ['src', 'dist'].map((folder) => join(PACKAGE_FOLDER, folder) + sep);
const CHARTS = join(PACKAGE_FOLDER, 'src', 'charts') + sep;

/** The loaded modules of the user: the charts and what they import. */
export class ChartFiles {
  readonly #versions = new Map<string, string>();

  constructor() {
    this.haveChanged();
  }

  /** Whether a module was saved since the last call. A module that cannot be loaded any more is still looked at. */
  haveChanged(): boolean {
    let result = false;
    for (const file of new Set([...this.#versions.keys(), ...loaded()])) {
      const version = String(statSync(file, { throwIfNoEntry: false })?.mtimeMs);
      // A module that is new was loaded just now.
      if (this.#versions.has(file) && this.#versions.get(file) !== version) result = true;
      this.#versions.set(file, version);
    }
    return result;
  }

  /** Forgets the modules, so that the next load reads them again. */
  forget(): void {
    for (const file of loaded()) delete require.cache[file];
  }
}

function loaded(): string[] {
  return Object.keys(require.cache).filter(
    (file) =>
      !file.includes(`${sep}node_modules${sep}`) &&
      (file.startsWith(CHARTS) || !OWN.some((folder) => file.startsWith(folder))),
  );
}
