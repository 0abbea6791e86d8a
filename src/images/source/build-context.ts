import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files at or below a path of a build context, or all that a pattern such as `package*.json` fits, in a fixed order,
 * without those that `.dockerignore` keeps out of images.
 */
export function contextFiles(context: string, path: string): string[] {
  const ignored = ignoredIn(context);
  if (!isPattern(path)) return filesBelow(context, path, ignored);
  const pattern = patternOf(path.replace(/^\.\//, ''));
  return filesBelow(context, '.', ignored).filter((file) => pattern.test(file));
}

/** Whether a COPY line means more than one path by it. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

type Ignored = (path: string) => boolean;

function filesBelow(context: string, path: string, ignored: Ignored): string[] {
  if ((path !== '.' && ignored(path)) || !existsSync(join(context, path))) return [];
  if (!statSync(join(context, path)).isDirectory()) return [path];
  return readdirSync(join(context, path))
    .toSorted()
    .flatMap((child) => filesBelow(context, join(path, child), ignored));
}

/** What `.dockerignore` keeps out: of the lines that fit, the last one counts, and one with `!` lets in again. */
function ignoredIn(context: string): Ignored {
  const file = join(context, '.dockerignore');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split(/\r?\n/) : [];
  const rules = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keep: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }));
  return (path) => rules.reduce((out, { keep, pattern }) => (pattern.test(path) ? !keep : out), false);
}

/** Docker's patterns: `*` within a name, `**` over any number of folders; what is below a folder goes with it. */
function patternOf(line: string): RegExp {
  const source = line
    .replace(/^\/|\/$/g, '')
    .split(/(\*\*\/?|\*|\?)/)
    .map(
      (part) =>
        ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[part] ??
        part.replace(/[.+^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}(?:/|$)`);
}
