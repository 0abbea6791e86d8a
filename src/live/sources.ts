import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isPattern } from '../images/source/build-context';
import { imageFiles, sourceKey } from '../images/source/source-hash';
import type { ImageSource } from '../images/image';

/** A file on this machine, and its path in the image. Without a path, only a build puts it into the image. */
export interface SourceFile {
  readonly file: string;
  readonly target: string | undefined;
  /** Changes with the content of the file. */
  readonly version: string;
}

/** What changed since the last call, by path on this machine. */
export interface Changes {
  readonly changed: readonly SourceFile[];
  readonly removed: readonly SourceFile[];
}

/** The files that an image is built from. We poll them instead of watching: that works with every editor, system and mount. */
export class Sources {
  #known: ReadonlyMap<string, SourceFile>;

  constructor(
    private readonly source: ImageSource,
    /** The folder in the image that is live. */
    private readonly folder: string,
  ) {
    this.#known = this.#look();
  }

  /** All files that are in the live folder. */
  get files(): SourceFile[] {
    return [...this.#known.values()].filter(({ target }) => target !== undefined);
  }

  /** What changed since the last call. */
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
    const { context: folder, dockerfile } = this.source;
    const { files, dockerfile: read } = imageFiles(folder, dockerfile, this.source);
    const found = new Map<string, SourceFile>();
    const add = (path: string, target: string | undefined) => {
      const file = join(folder, path);
      const version = versionOf(file);
      if (version !== undefined) found.set(file, { file, target, version });
    };
    for (const taken of files.values()) for (const { path } of taken) add(path, undefined);
    for (const copy of read.copies) {
      for (const source of copy.sources) {
        for (const { path } of files.get(sourceKey(source)) ?? []) {
          const target = targetOf(path, source.path, copy.target);
          if (target?.startsWith(`${this.folder}/`)) add(path, target);
        }
      }
    }
    const own = versionOf(dockerfile);
    if (own !== undefined) found.set(dockerfile, { file: dockerfile, target: undefined, version: own });
    return found;
  }
}

/** The content of a folder goes into the target. A file becomes the target, or goes into it if that is a folder. */
function targetOf(path: string, source: string, target: string): string | undefined {
  // COPY copies each path that matches a pattern.
  const copied = isPattern(source) ? path.split('/').slice(0, source.split('/').length).join('/') : source;
  const below = posix.relative(copied, path);
  if (below === '') return target.endsWith('/') ? target + posix.basename(path) : target;
  // The path is behind a symbolic link.
  if (below.startsWith('../')) return undefined;
  return posix.join(target, below);
}

/** Undefined when the file was removed after it was listed. */
function versionOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}
