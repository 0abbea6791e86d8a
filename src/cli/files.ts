import { readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './command';

/** The text of a file, and what a person calls it. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** Reads files, the YAML below folders, and standard input for `-`. */
export function* readSources(paths: readonly string[]): Generator<Source> {
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === '-') {
      yield { file: 'standard input', text: readFileSync(0, 'utf8') };
      continue;
    }
    const found = [...filesAt(path, seen)];
    if (found.length === 0) throw new UsageError(`${path} holds no YAML. Expected: a file, or a folder with .yaml, .yml or .json files.`);
    for (const file of found) yield { file, text: readFileSync(file, 'utf8') };
  }
}

/** A link that leads back is not followed twice. */
function* filesAt(path: string, seen: Set<string>, named = true): Generator<string> {
  let folder: boolean;
  try {
    folder = statSync(path).isDirectory();
    const real = realpathSync(path);
    if (folder && seen.has(real)) return;
    seen.add(real);
  } catch (error) {
    if (!named) return;
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
  if (!folder) {
    if (named || /\.(ya?ml|json)$/.test(path)) yield path;
    return;
  }
  for (const entry of readdirSync(path).toSorted()) {
    if (entry !== 'node_modules' && !entry.startsWith('.')) yield* filesAt(join(path, entry), seen, false);
  }
}
