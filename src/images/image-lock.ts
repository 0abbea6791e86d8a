import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { ProblemRow } from '../problems/problem';
import { show } from '../basics/text';

/** The digest of each pushed image, by its reference without a digest: `registry.example.com/shop/cart:1b9d…` → `sha256:…`. */
export type ImageLock = Readonly<Record<string, string>>;

/** The default file for the lock. It is committed with the charts. */
export const LOCK_FILE = 'images.lock.json';

/** Reads a lock. Without the file, the lock is empty. */
export function readLock(file: string): { lock: ImageLock; problem?: ProblemRow } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { lock: {} };
    return { lock: {}, problem: invalid(file, (error as Error).message) };
  }
  try {
    const entries = Object.entries(JSON.parse(text) as object) as [string, unknown][];
    const wrong = entries.find(([, digest]) => typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest));
    if (wrong) return { lock: {}, problem: invalid(file, `${wrong[0]}: ${show(wrong[1])}`) };
    return { lock: Object.fromEntries(entries) as ImageLock };
  } catch (error) {
    return { lock: {}, problem: invalid(file, (error as Error).message) };
  }
}

/** Writes a lock atomically and with sorted keys. Returns whether the file changed. */
export function writeLock(file: string, lock: ImageLock): boolean {
  const text = `${JSON.stringify(Object.fromEntries(Object.entries(lock).toSorted(([a], [b]) => (a < b ? -1 : 1))), undefined, 2)}\n`;
  try {
    if (readFileSync(file, 'utf8') === text) return false;
  } catch {
    // The file does not exist yet.
  }
  const fresh = `${file}.${process.pid}.new`;
  try {
    writeFileSync(fresh, text, { flush: true });
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
  return true;
}

function invalid(file: string, got: string): ProblemRow {
  return [
    'image-lock-invalid',
    {
      message: `${file} is not a valid image lock.`,
      expected: 'a JSON object with a digest (sha256:…) for each image',
      got,
      fix: 'Restore the file from version control, or delete it and run callsign images --push.',
    },
  ];
}
