import { existsSync, readdirSync, readFileSync, statSync, type Stats } from 'node:fs';
import { join, relative } from 'node:path';
import type { Place, Problem } from '../../problems/problem';

/** A file of the project that the chart can contain. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** The path in the container. */
  readonly target: string;
  /** Whether its owner can run it. */
  readonly executable: boolean;
}

/** The most files of one mount, and the largest of them, that a ConfigMap can hold together with others. */
const MOST_FILES = 20;
const MOST_BYTES = 100 * 1024;

/** Whether the path exists and is not a folder. */
export function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}

/** Whether there is a file or a folder. */
export function pathExists(path: string): boolean {
  return existsSync(path);
}

/** The names in a folder; undefined if the path is not a folder. */
export function namesIn(path: string): string[] | undefined {
  return statOf(path)?.isDirectory() ? readdirSync(path).toSorted() : undefined;
}

/** Undefined if there is nothing at the path, or if it is too long or has invalid characters. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Reads a text file that is mounted at `target`. */
export function readTextFile(path: string, target: string): TextFile {
  return { path, target, text: readFileSync(path, 'utf8'), executable: (statSync(path).mode & 0o100) !== 0 };
}

/** The text files at a path, a file or a folder. Undefined if a ConfigMap cannot hold them: other files, or too many. */
export function textFilesBelow(path: string, target: string): TextFile[] | undefined {
  const found: TextFile[] = [];
  return collect(path, target.replace(/\/$/, ''), found) ? found : undefined;
}

/** Stops at the first file that a ConfigMap cannot hold. */
function collect(path: string, target: string, found: TextFile[]): boolean {
  try {
    const names = namesIn(path);
    if (names) return names.every((name) => collect(join(path, name), `${target}/${name}`, found));
    if (found.length >= MOST_FILES || !isFile(path) || statSync(path).size > MOST_BYTES) return false;
    const file = readTextFile(path, target);
    found.push(file);
    return !file.text.includes('\0');
  } catch {
    // An unreadable file cannot be mounted.
    return false;
  }
}

/** The problem of a path that leads to no file. */
export function fileNotFound(path: string, place: Place): Problem {
  return {
    code: 'compose-file-missing',
    message: `There is no file ${relative('', path) || path}.`,
    expected: 'a readable file',
    place,
    fix: 'Correct the path. It is relative to the folder of the Compose file.',
  };
}
