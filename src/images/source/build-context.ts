import { existsSync, readdirSync, readFileSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import type IgnoreModule from '@balena/dockerignore';

/** A source of an instruction in the build context. */
export interface ContextSource {
  /** A path or a pattern, relative to the context. */
  readonly path: string;
  /** The patterns of `--exclude`. */
  readonly exclude: readonly string[];
  readonly line: number;
}

/** A file of a build context. */
export interface ContextFile {
  /** The path relative to the context, with slashes. */
  readonly path: string;
  /** Whether it is a symbolic link. The image gets the link and not its target. */
  readonly link: boolean;
}

/** Whether a path of COPY is a pattern. */
export function isPattern(path: string): boolean {
  return /^(?:[^\\*?[]|\\.)*[*?[]/s.test(path);
}

/** A symbolic link leads out of the context. Docker does not follow such a link. */
export class LeavesContext extends Error {}

/** The files that a build can read: all files of the context that the ignore file does not exclude. */
export class BuildContext {
  readonly #ignores: Matcher;
  /** The patterns with `!`. With them, an ignored folder can contain files that are not ignored. */
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

  /** The files at or below a path, or all files that match a pattern, in a fixed order. */
  files({ path, exclude }: Pick<ContextSource, 'path' | 'exclude'>): ContextFile[] {
    const found = isPattern(path) ? this.#matching(path) : this.#at(path);
    if (exclude.length === 0) return found;
    const excluded = matcher(exclude);
    // The start of such a pattern, the context or the source, is not documented. A file is excluded only if it matches both ways.
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

  /** Docker follows a link if COPY names the link itself. */
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

  /** A path without links, or undefined if it does not exist. */
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

/** These characters have no special meaning in a pattern, but the library does not escape them in its regular expression. */
function plain(pattern: string): string {
  return sep === '/' ? pattern.replace(/\\.|[+(){}|]/gs, (part) => (part.length === 2 ? part : `\\${part}`)) : pattern;
}
