import { readFileSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { contextFiles, isPattern } from '../images/source/build-context';
import { parseDockerfile } from '../images/source/dockerfile';
import type { ImageSource } from '../images/image';

/** A file of this machine, and where it stands in the image; nowhere when only a build takes it there. */
export interface SourceFile {
  readonly file: string;
  readonly target: string | undefined;
  /** Tells one content from the next. */
  readonly version: string;
}

/** What changed since the last look, by path on this machine. */
export interface Changes {
  readonly changed: readonly SourceFile[];
  readonly removed: readonly SourceFile[];
}

/** The files that an image is built from. They are looked at, not watched: that works with every editor, system and mount. */
export class Sources {
  #known: ReadonlyMap<string, SourceFile>;

  constructor(
    private readonly source: ImageSource,
    /** The folder of the image that is live. */
    private readonly folder: string,
  ) {
    this.#known = this.#look();
  }

  /** All files that stand in the live folder. */
  get files(): SourceFile[] {
    return [...this.#known.values()].filter(({ target }) => target !== undefined);
  }

  /** What is different from the last time it was asked. */
  changes(): Changes {
    const now = this.#look();
    const before = this.#known;
    this.#known = now;
    return {
      changed: [...now.values()].filter(({ file, version }) => before.get(file)?.version !== version),
      removed: [...before.values()].filter(({ file }) => !now.has(file)),
    };
  }

  #look(): Map<string, SourceFile> {
    const { context, dockerfile } = this.source;
    const { sources, copies } = parseDockerfile(readFileSync(dockerfile, 'utf8'));
    const found = new Map<string, SourceFile>();
    const add = (path: string, target: string | undefined) => {
      const file = join(context, path);
      const version = versionOf(file);
      if (version !== undefined) found.set(file, { file, target, version });
    };
    for (const source of sources) for (const path of contextFiles(context, source)) add(path, undefined);
    for (const copy of copies) {
      for (const source of copy.sources) {
        for (const path of contextFiles(context, source)) {
          const target = targetOf(path, source, copy.target);
          if (target.startsWith(`${this.folder}/`)) add(path, target);
        }
      }
    }
    const own = versionOf(dockerfile);
    if (own !== undefined) found.set(dockerfile, { file: dockerfile, target: undefined, version: own });
    return found;
  }
}

/** A folder's content goes into the target; a file becomes the target, or goes below it where that is a folder. */
function targetOf(path: string, source: string, target: string): string {
  // A pattern stands for each path that fits it.
  const copied = isPattern(source)
    ? path.split(sep).slice(0, posix.normalize(source).split('/').length).join('/')
    : source;
  const below = relative(copied, path).split(sep).join('/');
  if (below === '') return target.endsWith('/') ? target + posix.basename(path) : target;
  return posix.join(target, below);
}

/** Undefined when the file has gone since it was listed. */
function versionOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}
