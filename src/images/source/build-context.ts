import { existsSync, readdirSync, readFileSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import type IgnoreModule from '@balena/dockerignore';

/** What one instruction takes from the build context. */
export interface ContextSource {
  /** A path or a pattern, from the top of the context. */
  readonly path: string;
  /** The patterns of `--exclude`. */
  readonly exclude: readonly string[];
  readonly line: number;
}

/** A file of a build context. */
export interface ContextFile {
  /** From the top of the context, with slashes. */
  readonly path: string;
  /** Whether it is a symbolic link: an image gets the link, not the file that it names. */
  readonly link: boolean;
}

/** Whether a path of COPY names all paths that match it. */
export function isPattern(path: string): boolean {
  return /^(?:[^\\*?[]|\\.)*[*?[]/s.test(path);
}

/** A symbolic link leads out of the context: Docker does not follow it there. */
export class LeavesContext extends Error {}

/** The files that a build can read: without those that the ignore file leaves out. */
export class BuildContext {
  readonly #ignores: Matcher;
  /** Patterns with `!`: a folder that is ignored may hold files that are not. */
  readonly #kept: readonly string[];

  constructor(
    readonly folder: string,
    dockerfile: string,
  ) {
    // BuildKit prefers the file that is named after the Dockerfile.
    const file = [`${dockerfile}.dockerignore`, join(folder, '.dockerignore')].find((name) => existsSync(name));
    const lines = file
      ? readFileSync(file, 'utf8')
          .replace(/^\uFEFF/, '')
          .split(/\r?\n/)
      : [];
    this.#ignores = matcher(lines);
    this.#kept = lines.flatMap((line) => /^\s*!\s*\/?(.*)/.exec(line)?.[1] ?? []);
  }

  /** The files at or below a path, or all that a pattern matches, in a fixed order. */
  files({ path, exclude }: Pick<ContextSource, 'path' | 'exclude'>): ContextFile[] {
    const found = isPattern(path) ? this.#matching(path) : this.#at(path);
    if (exclude.length === 0) return found;
    const excluded = matcher(exclude);
    // Whether such a pattern begins at the context or at the source is not said: a file must match both ways.
    return found.filter(
      (file) => !excluded(file.path) || !excluded(posix.relative(path, file.path) || posix.basename(file.path)),
    );
  }

  #matching(pattern: string): ContextFile[] {
    const matches = matcher([pattern.replace(/^[!#]/, '\\$&')]);
    return this.#below('.').flatMap((file) => {
      if (!matches(file.path)) return [];
      return file.link ? [file, ...this.#behind(file.path)] : [file];
    });
  }

  /** Docker follows a link that COPY names itself. */
  #at(path: string): ContextFile[] {
    if (path !== '.' && this.#ignores(path) && !this.#keepsBelow(path)) return [];
    const real = this.#real(path);
    if (real === undefined) return [];
    return real === path ? this.#files(path) : [{ path, link: true }, ...this.#files(real)];
  }

  #behind(link: string): ContextFile[] {
    const real = this.#real(link);
    return real === undefined ? [] : this.#files(real);
  }

  #files(path: string): ContextFile[] {
    if (statSync(join(this.folder, path)).isDirectory()) return this.#below(path);
    return this.#ignores(path) ? [] : [{ path, link: false }];
  }

  /** A path without links; undefined when nothing is there. */
  #real(path: string): string | undefined {
    if (!existsSync(join(this.folder, path))) return undefined;
    const real = relative(realpathSync(this.folder), realpathSync(join(this.folder, path)))
      .split(sep)
      .join('/');
    if (/^\.\.(?:\/|$)/.test(real)) throw new LeavesContext(`the link ${path} leads out of the build context`);
    return real || '.';
  }

  #below(folder: string): ContextFile[] {
    return readdirSync(join(this.folder, folder), { withFileTypes: true })
      .toSorted(({ name: a }, { name: b }) => (a < b ? -1 : 1))
      .flatMap((entry) => this.#entry(entry, posix.join(folder, entry.name)));
  }

  #entry(entry: Dirent, path: string): ContextFile[] {
    const ignored = this.#ignores(path);
    if (entry.isDirectory()) return ignored && !this.#keepsBelow(path) ? [] : this.#below(path);
    return ignored || !(entry.isFile() || entry.isSymbolicLink()) ? [] : [{ path, link: entry.isSymbolicLink() }];
  }

  #keepsBelow(folder: string): boolean {
    return this.#kept.some((pattern) => isPattern(pattern) || pattern.startsWith(`${folder}/`));
  }
}

type Matcher = (path: string) => boolean;

/** Whether the last pattern that matches a path, or a folder above it, has no `!`. */
function matcher(patterns: readonly string[]): Matcher {
  if (patterns.every((pattern) => /^\s*(?:#|$)/.test(pattern))) return () => false;
  const dockerignore = require('@balena/dockerignore') as typeof IgnoreModule;
  const rules = dockerignore({ ignorecase: false }).add(patterns.map(plain));
  return (path) => rules.ignores(path);
}

/** In a pattern these characters mean themselves; the library gives them to a regular expression as they are. */
function plain(pattern: string): string {
  return sep === '/' ? pattern.replace(/\\.|[+(){}|]/gs, (part) => (part.length === 2 ? part : `\\${part}`)) : pattern;
}
