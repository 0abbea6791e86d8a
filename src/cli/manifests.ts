import type { Construct } from 'constructs';
import { problemsIn } from '../check/find-problems';
import { World } from '../check/world/world';
import { CallsignError } from '../problems/problem';
import { synthesize, type ManifestFile } from '../synth/synthesize';
import { loadApp, type Loading } from './app';
import type { Arguments, Io } from './command';

/** The manifests of an app, in files and as the world of the rules. */
export interface CheckedManifests {
  readonly app: Construct;
  readonly files: ManifestFile[];
  readonly world: World;
}

/** The manifests of an environment. Throws if they have problems. */
export async function checkedManifests(
  options: Arguments['options'],
  io: Io,
  loading?: Loading,
): Promise<CheckedManifests> {
  const app = await loadApp(options, io, loading);
  const files = synthesize(app);
  const world = new World(files.flatMap(({ manifests }) => manifests));
  const problems = problemsIn(world, 'wiring');
  if (problems.length > 0) throw new CallsignError(problems);
  return { app, files, world };
}
