import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A hash of the Dockerfile and of every file that its COPY lines take from the context: what the image is
 * built from, and nothing else. Undefined when there is no such Dockerfile.
 */
export function sourceHash(context: string, name: string): string | undefined {
  const dockerfile = join(context, name, 'Dockerfile');
  if (!existsSync(dockerfile)) return undefined;
  const text = readFileSync(dockerfile, 'utf8');
  const sources = new Set<string>();
  for (const [, words = ''] of text.replace(/\\\r?\n/g, ' ').matchAll(/^\s*(?:COPY|ADD)\s+(.+)$/gim)) {
    if (/--from=/.test(words)) continue;
    for (const source of words.split(/\s+/).filter((word) => !word.startsWith('--')).slice(0, -1)) sources.add(source);
  }
  const ignored = ignoredIn(context);
  const hash = createHash('sha256').update(text);
  for (const source of [...sources].toSorted()) {
    for (const file of filesBelow(context, source, ignored)) hash.update(`\0${file}\0`).update(readFileSync(join(context, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

type Ignored = (path: string) => boolean;

/** The files at or below a path in a fixed order, without those that never reach an image. */
function filesBelow(context: string, path: string, ignored: Ignored): string[] {
  if (ignored(path) || !existsSync(join(context, path))) return [];
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
    .map((part) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[part] ?? part.replace(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return new RegExp(`^${source}(?:/|$)`);
}
