import { existsSync, readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/** Editors write a file in several steps. A change is complete when nothing happened for so long. */
const SETTLED_MS = 10;

/** Reports changes of files below folders. Skips `node_modules`, folders whose names begin with a dot, and the ignored folder. */
export class ProjectWatcher {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  constructor(
    folders: readonly string[],
    private readonly ignored: string,
    private readonly stop: AbortSignal,
  ) {
    stop.addEventListener('abort', () => this.#wake?.());
    for (const folder of folders) this.#watch(resolve(folder));
  }

  /** Waits for the next change, or for the signal. Returns the changed files, as paths from the current folder. */
  async next(): Promise<readonly string[]> {
    await new Promise<void>((wake) => {
      this.#wake = wake;
      if (this.stop.aborted || (this.#changed.size > 0 && !this.#timer)) wake();
    });
    this.#wake = undefined;
    const files = [...this.#changed].map((file) => relative('.', file)).toSorted();
    this.#changed.clear();
    return files;
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #watch(folder: string): void {
    if (this.#watchers.has(folder) || folder === resolve(this.ignored)) return;
    let entries;
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      // It was removed at this moment.
      return;
    }
    const watcher = watch(folder, (event, name) => this.#onEvent(folder, event, name));
    watcher.on('error', () => this.#unwatch(folder));
    this.#watchers.set(folder, watcher);
    for (const entry of entries)
      if (entry.isDirectory() && !isSkipped(entry.name)) this.#watch(join(folder, entry.name));
  }

  #onEvent(folder: string, event: string, name: string | null): void {
    // A watcher of a folder that is removed reports the name of the folder itself.
    const isGone = event === 'rename' && !existsSync(folder);
    const path = name === null || isGone ? folder : join(folder, name);
    if (path === resolve(this.ignored) || (name !== null && isSkipped(name))) return;
    // A folder may be new, or gone. A folder with the same name needs a new watcher.
    if (event === 'rename') {
      this.#unwatch(path);
      if (isFolder(path)) this.#watch(path);
    }
    this.#changed.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#wake?.();
    }, SETTLED_MS);
  }

  #unwatch(folder: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (path !== folder && !path.startsWith(folder + sep)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
  }
}

function isSkipped(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.');
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
