import { readFileSync, readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './command';

/** The text of a file, and what a person calls it. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** Reads files, the YAML below folders, and standard input for `-`; each file once, however often it is named or linked to. */
export function* readSources(paths: readonly string[]): Generator<Source> {
  const read = new Set<string>();
  for (const path of paths) {
    if (path === '-') {
      yield { file: 'standard input', text: readFileSync(0, 'utf8') };
      continue;
    }
    let found = 0;
    for (const [file, id] of filesAt(path, new Set())) {
      found++;
      if (!read.has(id)) yield { file, text: readFileSync(file, 'utf8') };
      read.add(id);
    }
    if (found === 0) throw new UsageError(`${path} holds no YAML. Expected: a file, or a folder with .yaml, .yml or .json files.`);
  }
}

/** The files at a path, each with what tells it from every other. A link that leads back is not followed twice. */
function* filesAt(path: string, folders: Set<string>, named = true): Generator<[path: string, id: string]> {
  const stats = statsOf(path, named);
  const id = `${stats?.dev}:${stats?.ino}`;
  if (!stats?.isDirectory()) {
    // What is named may be a pipe, as the shell's <(…); in a folder nothing but files is read.
    if (stats && (named || (stats.isFile() && /\.(ya?ml|json)$/.test(path)))) yield [path, id];
    return;
  }
  if (folders.has(id)) return;
  folders.add(id);
  for (const entry of readdirSync(path).toSorted()) {
    if (entry !== 'node_modules' && !entry.startsWith('.')) yield* filesAt(join(path, entry), folders, false);
  }
}

/** A link in a folder may lead nowhere; what was named must be there. */
function statsOf(path: string, named: boolean): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (named) throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}
