import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallsignError } from '../problems/problem';
import { MARK } from './yaml';

/** What happened to the files of the output folder. */
export interface Written {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Makes the folder hold these files, by name. Files that an earlier synthesis wrote and that nothing makes now are
 * removed; files of other people stay, and are never written over. Until every new file is whole on disk, the old
 * ones stand untouched.
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>): Written {
  mkdirSync(folder, { recursive: true });
  const present = new Map(
    readdirSync(folder, { withFileTypes: true }).map((entry) => [
      entry.name,
      entry.isFile() ? written(join(folder, entry.name)) : undefined,
    ]),
  );
  refuseForeign(folder, files, present);

  const changed = [...files].filter(([name, content]) => present.get(name) !== content);
  const staged: [from: string, to: string][] = [];
  try {
    for (const [name, content] of changed) {
      const from = join(folder, `.${name}.${process.pid}.new`);
      staged.push([from, join(folder, name)]);
      writeFileSync(from, content, { flush: true });
    }
    for (const [from, to] of staged) renameSync(from, to);
  } finally {
    for (const [from] of staged) rmSync(from, { force: true });
  }

  const stale = [...present]
    .filter(([name, content]) => content !== undefined && !files.has(name))
    .map(([name]) => name);
  for (const name of stale) rmSync(join(folder, name), { force: true });
  const names = new Set(changed.map(([name]) => name));
  return { written: [...names], unchanged: [...files.keys()].filter((name) => !names.has(name)), removed: stale };
}

/** What an earlier synthesis wrote there; undefined for everything of other people. */
function written(path: string): string | undefined {
  const content = readFileSync(path, 'utf8');
  return content.startsWith(MARK) ? content : undefined;
}

function refuseForeign(
  folder: string,
  files: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, string | undefined>,
): void {
  const foreign = [...files.keys()].filter((name) => present.has(name) && present.get(name) === undefined);
  if (foreign.length === 0) return;
  throw new CallsignError(
    foreign.map((name) => ({
      code: 'file-taken',
      place: { file: join(folder, name), line: 1 },
      message: `${name} was not written by callsign, so it is not written over.`,
      expected: `a first line that reads: ${MARK}`,
      fix: 'Move it elsewhere, or give the chart another id.',
    })),
  );
}
