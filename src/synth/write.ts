import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallsignError } from '../problems/problem';
import { MARK } from './yaml';

/** The changes in the output folder, by file name. */
export interface Written {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Writes these files, by name, into the folder. Removes files of an earlier synthesis that are no longer produced.
 * Never changes files of other people. Replaces the old files only after all new files are complete on disk.
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>): Written {
  mkdirSync(folder, { recursive: true });
  const present = new Map(
    readdirSync(folder, { withFileTypes: true }).map((entry) => [
      entry.name,
      entry.isFile() ? written(join(folder, entry.name)) : undefined,
    ]),
  );
  refuseForeign(folder, files, present);

  const changed = [...files].filter(([name, content]) => !present.get(name)?.equals(bytesOf(content)));
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

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
}

/** The content of a file of an earlier synthesis. Undefined for other files. */
function written(path: string): Buffer | undefined {
  const content = readFileSync(path);
  return isSynthesized(content) ? content : undefined;
}

/** Whether a file is of an earlier synthesis. */
export function isSynthesized(content: Uint8Array): boolean {
  return Buffer.from(MARK).equals(content.subarray(0, MARK.length));
}

function refuseForeign(
  folder: string,
  files: ReadonlyMap<string, unknown>,
  present: ReadonlyMap<string, Buffer | undefined>,
): void {
  const foreign = [...files.keys()].filter((name) => present.has(name) && present.get(name) === undefined);
  if (foreign.length === 0) return;
  throw new CallsignError(
    foreign.map((name) => ({
      code: 'file-taken',
      place: { file: join(folder, name), line: 1 },
      message: `${name} was not written by callsign, so callsign does not overwrite it.`,
      expected: `the first line: ${MARK}`,
      fix: 'Move the file, or change the id of the chart.',
    })),
  );
}
