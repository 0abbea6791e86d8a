import { statSync } from 'node:fs';
import { join, sep } from 'node:path';

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
  const own = join(__dirname, '..') + sep;
  const charts = join(own, 'charts') + sep;
  return Object.keys(require.cache).filter(
    (file) => !file.includes(`${sep}node_modules${sep}`) && (!file.startsWith(own) || file.startsWith(charts)),
  );
}
