import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync, readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../problems/problem';
import { UsageError } from './command';

/** The text of a file, and its name in messages. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Whether the file was found in a folder. A file that is named must contain manifests. */
  readonly found?: boolean;
  /** Whether a kustomization of the same folder lists files. */
  readonly kustomized?: boolean;
  /** Set if the content is not text, or too long. */
  readonly problem?: Problem;
}

/** A folder that is skipped: its files are templates or sources of manifests. */
export interface PassedFolder {
  readonly folder: string;
  /** The command that renders the manifests and checks them. */
  readonly instead: string;
}

/** The limit for one file, in bytes. 64 MiB hold about 50,000 objects. */
const LONGEST = 64 * 1024 * 1024;

/** Reads files, the YAML files below folders, and standard input for `-`. Reads each file once, even if links lead to it. */
export function* readSources(paths: readonly string[], passed: PassedFolder[] = []): Generator<Source> {
  const read = new Set<string>();
  for (const path of paths) {
    if (path === '-') {
      yield sourceOf('standard input', readFileSync(0));
      continue;
    }
    let found = 0;
    for (const [file, { id, size, kustomized }] of filesAt(path, { folders: new Set(), passed })) {
      found++;
      if (!read.has(id))
        yield size > LONGEST
          ? unreadable(
              file,
              'The file is too long.',
              `at most ${LONGEST / 1024 / 1024} MiB`,
              'Name the files that contain manifests.',
            )
          : { ...sourceOf(file, readFileSync(file)), found: file !== path, kustomized };
      read.add(id);
    }
    if (found === 0)
      throw new UsageError(
        passed[0]
          ? `${path} contains only sources of manifests. Check the rendered manifests: ${passed[0].instead}`
          : `${path} contains no YAML. Expected: a file, or a folder with .yaml, .yml or .json files.`,
      );
  }
}

function sourceOf(file: string, content: Buffer): Source {
  if (content.length > LONGEST)
    return unreadable(file, 'The input is too long.', `at most ${LONGEST / 1024 / 1024} MiB`, 'Pass only manifests.');
  if (isUtf8(content)) return { file, text: content.toString('utf8') };
  const text = content.toString('utf8');
  const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length;
  return unreadable(file, 'The file is not UTF-8 text.', 'UTF-8 text', 'Save the file as UTF-8.', line);
}

function unreadable(file: string, message: string, expected: string, fix: string, line = 1): Source {
  return { file, text: '', problem: { code: 'yaml-invalid', message, expected, fix, place: { file, line } } };
}

interface Identity {
  /** Unique for each file. */
  readonly id: string;
  readonly size: number;
  readonly kustomized?: boolean;
}

interface Walk {
  readonly folders: Set<string>;
  readonly passed: PassedFolder[];
}

/** The files at a path. A folder is visited once, even if links form a cycle. */
function* filesAt(
  path: string,
  walk: Walk,
  named = true,
  kustomized = false,
): Generator<[path: string, identity: Identity]> {
  const stats = statsOf(path, named);
  const id = `${stats?.dev}:${stats?.ino}`;
  if (!stats?.isDirectory()) {
    // A named path may be a pipe, such as <(…) of a shell. In a folder, only regular files are read.
    if (stats && (named || (stats.isFile() && /\.(ya?ml|json)$/.test(path))))
      yield [path, { id, size: stats.size, kustomized }];
    return;
  }
  if (walk.folders.has(id)) return;
  walk.folders.add(id);
  const entries = readdirSync(path).toSorted();
  const instead = renderCommand(path, entries);
  if (instead !== undefined) {
    walk.passed.push({ folder: path, instead });
    return;
  }
  const lists = entries.some((entry) => KUSTOMIZATION.test(entry));
  for (const entry of entries) {
    if (!isForeign(path, entry)) yield* filesAt(join(path, entry), walk, false, lists);
  }
}

/** Whether an entry of a folder belongs to packages of other projects, or is hidden. */
export function isForeign(folder: string, entry: string): boolean {
  return (
    entry === 'node_modules' ||
    entry.startsWith('.') ||
    // Go lists the modules there that it copied.
    (entry === 'vendor' && existsSync(join(folder, entry, 'modules.txt')))
  );
}

/** The names of the files that kubectl kustomize reads. */
export const KUSTOMIZATION = /^kustomization\.ya?ml$|^Kustomization$/;

/** The keys of a kustomization that change its files. A kustomization that only lists files does not change them. */
const CHANGES =
  /^(patches\w*|namePrefix|nameSuffix|namespace|labels|commonLabels|images|replicas|replacements|vars|components|bases|transformers|generators|\w+Generator|helmCharts|openapi):/m;

/** The command that renders the manifests of a folder with templates or sources. Undefined for a folder with manifests. */
function renderCommand(path: string, entries: readonly string[]): string | undefined {
  if (entries.includes('Chart.yaml') && entries.includes('templates'))
    return `helm template ${path} | callsign check -`;
  const file = entries.find(
    (entry) => KUSTOMIZATION.test(entry) && statSync(join(path, entry), { throwIfNoEntry: false })?.isFile(),
  );
  return file !== undefined && CHANGES.test(readFileSync(join(path, file), 'utf8'))
    ? `kubectl kustomize ${path} | callsign check -`
    : undefined;
}

/** A broken link in a folder is ignored. A named path must exist. */
function statsOf(path: string, named: boolean): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (named) throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}
