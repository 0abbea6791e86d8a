import { readFileSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { contextFiles, isPattern } from '../images/source/build-context';
import { parseDockerfile } from '../images/source/dockerfile';
import type { ImageSource } from '../images/image';

/** A local file and its path in the image. The path is undefined if only a build copies the file. */
export interface SourceFile {
  readonly file: string;
  readonly target: string | undefined;
  /** Changes with the content. */
  readonly version: string;
}

/** The files that changed since the last call. */
export interface Changes {
  readonly changed: readonly SourceFile[];
  readonly removed: readonly SourceFile[];
}

/** The files that an image is built from. They are polled, which works with every editor, operating system and mount. */
export class Sources {
  #known: ReadonlyMap<string, SourceFile>;

  constructor(
    private readonly source: ImageSource,
    /** The live folder of the image. */
    private readonly folder: string,
  ) {
    this.#known = this.#look();
  }

  /** All files in the live folder. */
  get files(): SourceFile[] {
    return [...this.#known.values()].filter(({ target }) => target !== undefined);
  }

  /** The changes since the last call. */
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

/** The path of a file after COPY: the content of a folder goes into the target, and a file becomes the target or goes below it. */
function targetOf(path: string, source: string, target: string): string {
  // Each path that matches a pattern is a source of its own.
  const copied = isPattern(source)
    ? path.split(sep).slice(0, posix.normalize(source).split('/').length).join('/')
    : source;
  const below = relative(copied, path).split(sep).join('/');
  if (below === '') return target.endsWith('/') ? target + posix.basename(path) : target;
  return posix.join(target, below);
}

/** Undefined if the file is gone. */
function versionOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}
