import { isUtf8 } from 'node:buffer';
import { readFileSync, readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../problems/problem';
import { UsageError } from './command';

/** The text of a file, and what a person calls it. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Why there is no text, where the file is none that could be read as one. */
  readonly problem?: Problem;
}

/** A folder whose files are not applied as they stand: something makes manifests of them first. */
export interface PassedFolder {
  readonly folder: string;
  /** The command that makes the manifests, and checks them. */
  readonly instead: string;
}

/** What one file may be long: 64 MiB are some 50,000 objects. */
const LONGEST = 64 * 1024 * 1024;

/** Reads files, the YAML below folders, and standard input for `-`; each file once, however often it is named or linked to. */
export function* readSources(paths: readonly string[], passed: PassedFolder[] = []): Generator<Source> {
  const read = new Set<string>();
  for (const path of paths) {
    if (path === '-') {
      yield sourceOf('standard input', readFileSync(0));
      continue;
    }
    let found = 0;
    for (const [file, { id, size }] of filesAt(path, { folders: new Set(), passed })) {
      found++;
      if (!read.has(id))
        yield size > LONGEST
          ? unreadable(
              file,
              'The file is too long to hold manifests.',
              `at most ${LONGEST / 1024 / 1024} MiB`,
              'Name the files that do.',
            )
          : sourceOf(file, readFileSync(file));
      read.add(id);
    }
    if (found === 0)
      throw new UsageError(
        passed[0]
          ? `${path} holds nothing that is applied as it stands. Check what is made of it: ${passed[0].instead}`
          : `${path} holds no YAML. Expected: a file, or a folder with .yaml, .yml or .json files.`,
      );
  }
}

function sourceOf(file: string, content: Buffer): Source {
  if (content.length > LONGEST)
    return unreadable(
      file,
      'It is too long to be manifests.',
      `at most ${LONGEST / 1024 / 1024} MiB`,
      'Pass on the manifests alone.',
    );
  if (isUtf8(content)) return { file, text: content.toString('utf8') };
  const text = content.toString('utf8');
  const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length;
  return unreadable(file, 'The file is no text in UTF-8.', 'text in UTF-8', 'Save it as UTF-8.', line);
}

function unreadable(file: string, message: string, expected: string, fix: string, line = 1): Source {
  return { file, text: '', problem: { code: 'yaml-invalid', message, expected, fix, place: { file, line } } };
}

interface Identity {
  /** What tells the file from every other. */
  readonly id: string;
  readonly size: number;
}

interface Walk {
  readonly folders: Set<string>;
  readonly passed: PassedFolder[];
}

/** The files at a path. A link that leads back is not followed twice. */
function* filesAt(path: string, walk: Walk, named = true): Generator<[path: string, identity: Identity]> {
  const stats = statsOf(path, named);
  const id = `${stats?.dev}:${stats?.ino}`;
  if (!stats?.isDirectory()) {
    // What is named may be a pipe, as the shell's <(…); in a folder nothing but files is read.
    if (stats && (named || (stats.isFile() && /\.(ya?ml|json)$/.test(path)))) yield [path, { id, size: stats.size }];
    return;
  }
  if (walk.folders.has(id)) return;
  walk.folders.add(id);
  const entries = readdirSync(path).toSorted();
  const instead = madeBy(path, entries);
  if (instead !== undefined) {
    walk.passed.push({ folder: path, instead });
    return;
  }
  for (const entry of entries) {
    if (entry !== 'node_modules' && !entry.startsWith('.')) yield* filesAt(join(path, entry), walk, false);
  }
}

/** What a kustomization can do to its files; one that only lists them leaves them as they stand. */
const CHANGES =
  /^(patches\w*|namePrefix|nameSuffix|namespace|labels|commonLabels|images|replicas|replacements|vars|components|bases|transformers|generators|\w+Generator|helmCharts|openapi):/m;

/** The command that makes manifests of a folder, where its files are something else yet. */
function madeBy(path: string, entries: readonly string[]): string | undefined {
  if (entries.includes('Chart.yaml') && entries.includes('templates'))
    return `helm template ${path} | callsign check -`;
  const file = entries.find((entry) => /^kustomization\.ya?ml$|^Kustomization$/.test(entry));
  return file !== undefined && CHANGES.test(readFileSync(join(path, file), 'utf8'))
    ? `kubectl kustomize ${path} | callsign check -`
    : undefined;
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
