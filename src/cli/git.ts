import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { UsageError } from './command';
import { readSources, type PassedFolder, type Source } from './files';

/** The files of a revision at some paths. */
export interface RevisionFiles {
  readonly sources: readonly Source[];
  /** The paths that the revision does not contain. */
  readonly missing: readonly string[];
}

/** Files that decide what is read from a folder, apart from the manifests. */
const READ = /\.(ya?ml|json)$|(^|\/)Kustomization$/;

/** Whether git knows a revision by this name. */
export function isRevision(name: string): boolean {
  return !name.startsWith('-') && git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]).status === 0;
}

/** Reads the files of a git revision as they would be read from the working tree. */
export function filesOfRevision(revision: string, paths: readonly string[], passed: PassedFolder[]): RevisionFiles {
  const inside = git(['rev-parse', '--show-prefix']);
  if (inside.status !== 0)
    throw new UsageError(
      `${JSON.stringify(revision)} is no file or folder, and git finds no repository here: ${firstLine(inside.stderr)} Expected: --diff DIR, or a revision in a repository.`,
    );
  if (!isRevision(revision)) throw new UsageError(unknownRevision(revision));
  const prefix = text(inside).replace(/\n$/, '');
  const copy = mkdtempSync(join(tmpdir(), 'callsign-revision-'));
  try {
    const missing = paths.filter((path) => !extract(revision, path, prefix, copy));
    const here = join(copy, prefix);
    const sources: Source[] = [];
    const nameIn = (file: string) => relative(here, file).split(sep).join('/');
    const found: PassedFolder[] = [];
    for (const path of paths.filter((one) => !missing.includes(one)))
      for (const source of withoutEmpty(join(here, relative('', path)), found)) {
        const file = `${revision}:${nameIn(source.file)}`;
        const { problem } = source;
        sources.push({
          ...source,
          file,
          ...(problem && { problem: { ...problem, place: problem.place && { ...problem.place, file } } }),
        });
      }
    passed.push(
      ...found.map(({ folder, instead }) => ({
        folder: `${revision}:${nameIn(folder)}`,
        instead: instead.replaceAll(folder, nameIn(folder)),
      })),
    );
    return { sources, missing };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** A folder of a revision may have held other files. */
function* withoutEmpty(path: string, passed: PassedFolder[]): Generator<Source> {
  try {
    yield* readSources([path], passed);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}

/** Writes the manifests at a path of a revision to a folder. Returns false if the revision has no such path. */
function extract(revision: string, path: string, prefix: string, folder: string): boolean {
  const wanted = relative('', resolve(path)).split(sep).join('/') || '.';
  const listed = git(['ls-tree', '-r', '-z', '--full-name', '--name-only', revision, '--', wanted]);
  if (listed.status !== 0)
    throw new UsageError(`git cannot list ${path} of ${revision}: ${listed.stderr.toString().trim()}`);
  const names = text(listed).split('\0').filter(Boolean);
  const named = posix.normalize(posix.join(prefix, wanted));
  const read = names.filter((name) => (READ.test(name) || name === named) && !name.includes('\n'));
  for (const [name, content] of contentsOf(revision, read)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  // A folder without manifests is in the revision too.
  if (names.length > 0)
    mkdirSync(names.includes(named) ? dirname(join(folder, named)) : join(folder, named), { recursive: true });
  return names.length > 0;
}

/** The contents of files of a revision. Links inside the repository are followed, as in a working tree. */
function* contentsOf(revision: string, names: readonly string[]): Generator<[name: string, content: Buffer]> {
  if (names.length === 0) return;
  const { stdout } = git(
    ['cat-file', '--batch', '--follow-symlinks'],
    names.map((name) => `${revision}:${name}\n`).join(''),
  );
  let at = 0;
  for (const name of names) {
    const end = stdout.indexOf('\n', at);
    const header = stdout.subarray(at, end).toString();
    at = end + 1;
    const [, kind, size] =
      / (blob|tree|commit|tag) (\d+)$/.exec(header) ?? /^(dangling|loop|notdir|symlink) (\d+)$/.exec(header) ?? [];
    if (kind === undefined) continue;
    const content = stdout.subarray(at, at + Number(size));
    at += Number(size) + 1;
    if (kind === 'blob') yield [name, content];
  }
}

function firstLine(message: Buffer): string {
  return message.toString('utf8').trim().split('\n')[0]!;
}

function unknownRevision(revision: string): string {
  const isShallow = text(git(['rev-parse', '--is-shallow-repository'])).trim() === 'true';
  const reason = isShallow
    ? ' This clone is shallow, so most revisions are missing: fetch them first (actions/checkout: fetch-depth: 0).'
    : '';
  return `Unknown revision: ${JSON.stringify(revision)}. Expected: a branch, a tag or a commit of this repository, or an existing file or folder.${reason}`;
}

function git(args: readonly string[], input = ''): { status: number | null; stdout: Buffer; stderr: Buffer } {
  const { error, ...result } = spawnSync('git', args, { input, maxBuffer: 2 ** 30 });
  if (error && (error as NodeJS.ErrnoException).code === 'ENOENT')
    throw new UsageError('git is not installed. Install it, or compare with a folder: --diff DIR.');
  if (error) throw error;
  return result;
}

function text({ stdout }: { stdout: Buffer }): string {
  return stdout.toString('utf8');
}
