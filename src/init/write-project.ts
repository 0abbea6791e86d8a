import { existsSync, mkdirSync, realpathSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProjectPlan } from './plan-project';

/** Writes the files of a plan. If one cannot be written, removes everything that it wrote, and throws. */
export function writeProject(folder: string, { files, completed }: Pick<ProjectPlan, 'files' | 'completed'>): void {
  const undo: (() => void)[] = [];
  try {
    makeFolder(folder, undo);
    for (const [path, text] of files) {
      const file = join(folder, path);
      makeFolder(dirname(file), undo);
      create(file, text, undo);
    }
    // Last, because nothing can fail after it.
    if (completed) replace(realpathSync(join(folder, completed.path)), completed.text, undo);
  } catch (error) {
    for (const step of undo.toReversed()) attempt(step);
    throw error;
  }
}

function makeFolder(folder: string, undo: (() => void)[]): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), undo);
  mkdirSync(folder);
  undo.push(() => rmdirSync(folder));
}

function create(file: string, text: string, undo: (() => void)[], mode?: number): void {
  // The flag refuses a file that somebody else made in the meantime.
  writeFileSync(file, '', { flag: 'wx', mode });
  undo.push(() => rmSync(file, { force: true }));
  writeFileSync(file, text, { flush: true });
}

/** Replaces a file only after the new one is complete on disk. */
function replace(file: string, text: string, undo: (() => void)[]): void {
  const next = `${file}.${process.pid}.new`;
  create(next, text, undo, statSync(file).mode);
  renameSync(next, file);
}

/** The first error is the one that a person has to know. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // A folder in which somebody else made a file stays.
  }
}
