import { isUtf8 } from 'node:buffer';
import { readFileSync, readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../k8s/problem';
import { UsageError } from './command';

/** The text of a file, and what a person calls it. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Why there is no text, where the file is none that could be read as one. */
  readonly problem?: Problem;
}

/** What one file may be long: 64 MiB are some 50,000 objects. */
const LONGEST = 64 * 1024 * 1024;

/** Reads files, the YAML below folders, and standard input for `-`; each file once, however often it is named or linked to. */
export function* readSources(paths: readonly string[]): Generator<Source> {
  const read = new Set<string>();
  for (const path of paths) {
    if (path === '-') {
      yield sourceOf('standard input', readFileSync(0));
      continue;
    }
    let found = 0;
    for (const [file, { id, size }] of filesAt(path, new Set())) {
      found++;
      if (!read.has(id)) yield size > LONGEST ? unreadable(file, 'The file is too long to hold manifests.', `at most ${LONGEST / 1024 / 1024} MiB`, 'Name the files that do.') : sourceOf(file, readFileSync(file));
      read.add(id);
    }
    if (found === 0) throw new UsageError(`${path} holds no YAML. Expected: a file, or a folder with .yaml, .yml or .json files.`);
  }
}

function sourceOf(file: string, content: Buffer): Source {
  if (content.length > LONGEST) return unreadable(file, 'It is too long to be manifests.', `at most ${LONGEST / 1024 / 1024} MiB`, 'Pass on the manifests alone.');
  if (isUtf8(content)) return { file, text: content.toString('utf8') };
  const text = content.toString('utf8');
  const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length;
  return unreadable(file, 'The file is no text in UTF-8.', 'text in UTF-8', 'Save it as UTF-8.', line);
}

function unreadable(file: string, message: string, expected: string, mend: string, line = 1): Source {
  return { file, text: '', problem: { code: 'yaml-invalid', message, expected, mend, place: { file, line } } };
}

interface Identity {
  /** What tells the file from every other. */
  readonly id: string;
  readonly size: number;
}

/** The files at a path. A link that leads back is not followed twice. */
function* filesAt(path: string, folders: Set<string>, named = true): Generator<[path: string, identity: Identity]> {
  const stats = statsOf(path, named);
  const id = `${stats?.dev}:${stats?.ino}`;
  if (!stats?.isDirectory()) {
    // What is named may be a pipe, as the shell's <(…); in a folder nothing but files is read.
    if (stats && (named || (stats.isFile() && /\.(ya?ml|json)$/.test(path)))) yield [path, { id, size: stats.size }];
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
