import { existsSync } from 'node:fs';
import { readManifests } from '../check/read/read';
import type { Manifest } from '../k8s/objects';
import { CallsignError, type Problem } from '../problems/problem';
import { synthesize } from '../synth/synthesize';
import { loadApp } from './app';
import { UsageError, type Arguments, type Io } from './command';
import { readSources, type PassedFolder, type Source } from './files';
import { filesOfRevision, isRevision } from './git';

/** The paths that are compared with a revision if none are named. */
const DEFAULT_PATHS = ['k8s-out'];

/** The manifests before and after a change. */
export interface ComparedManifests {
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
}

/** The manifests at some paths. Throws if they cannot be read. Tells which folders were skipped. */
export function manifestsAt(paths: readonly string[], io: Io): Manifest[] {
  const passed: PassedFolder[] = [];
  const manifests = manifestsIn([...readSources(paths, passed)]);
  tellPassed(passed, io);
  return manifests;
}

/** The two sides of `--diff BEFORE [PATH…]`. BEFORE is a file, a folder, or a revision of git. */
export async function comparedManifests(
  before: string,
  paths: readonly string[],
  options: Arguments['options'],
  io: Io,
): Promise<ComparedManifests> {
  const isPath = before === '-' || existsSync(before);
  if (!isPath) return withRevision(before, paths.length > 0 ? paths : DEFAULT_PATHS, io);
  if (before !== '-' && !/[\\/]/.test(before) && isAlsoRevision(before))
    throw new UsageError(
      `${JSON.stringify(before)} is a path and a revision of git. Write ./${before} for the path, or refs/heads/${before} for the branch.`,
    );
  const old = manifestsAt([before], io);
  if (paths.length > 0) return { before: old, after: manifestsAt(paths, io) };
  return { before: old, after: synthesize(await loadApp(options, io)).flatMap(({ manifests }) => manifests) };
}

function withRevision(revision: string, paths: readonly string[], io: Io): ComparedManifests {
  if (paths.includes('-'))
    throw new UsageError('Standard input has no earlier revision. Compare it with a file or a folder: --diff DIR -');
  const passed: PassedFolder[] = [];
  const { sources, missing } = filesOfRevision(revision, paths, passed);
  const nowhere = missing.filter((path) => !existsSync(path));
  if (nowhere.length > 0)
    throw new UsageError(
      `${nowhere.join(', ')} is neither in ${revision} nor in the working tree. Name the files or folders that contain the manifests.`,
    );
  if (missing.length > 0) io.error(`${revision} does not contain ${missing.join(', ')}: everything there is new\n`);
  tellPassed(passed, io);
  const present = paths.filter((path) => existsSync(path));
  return { before: manifestsIn(sources), after: present.length > 0 ? manifestsAt(present, io) : [] };
}

function isAlsoRevision(name: string): boolean {
  try {
    return isRevision(name);
  } catch {
    // Without git there are no revisions.
    return false;
  }
}

function manifestsIn(sources: readonly Source[]): Manifest[] {
  const manifests: Manifest[] = [];
  const problems: Problem[] = [];
  for (const { file, text, problem } of sources) {
    if (problem) problems.push(problem);
    const read = readManifests(text, file);
    manifests.push(...read.manifests);
    problems.push(...read.problems);
  }
  // A missing object would look like closed calls.
  if (problems.length > 0) throw new CallsignError(problems);
  return manifests;
}

function tellPassed(passed: readonly PassedFolder[], io: Io): void {
  for (const { folder, instead } of passed)
    io.error(`skipped ${folder}, because it has to be rendered first: ${instead}\n`);
}
