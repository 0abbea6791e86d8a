import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BuildContext, LeavesContext, type ContextFile, type ContextSource } from './build-context';
import { parseDockerfile, type BuildSettings, type Dockerfile, type Unclear } from './dockerfile';

/** The files that an image is built from. */
export interface ImageFiles {
  readonly text: string;
  readonly dockerfile: Dockerfile;
  /** The files of each source, in the order of the Dockerfile. */
  readonly files: ReadonlyMap<string, readonly ContextFile[]>;
  /** The reasons why `files` has the whole build context. Empty if it has exactly the files that the Dockerfile uses. */
  readonly unclear: readonly Unclear[];
}

const WHOLE_CONTEXT = { path: '.', exclude: [] };

/** The key of a source in `files`. */
export function sourceKey({ path, exclude }: Pick<ContextSource, 'path' | 'exclude'>): string {
  return JSON.stringify([path, ...exclude]);
}

/** The files of the context that a Dockerfile uses. If they cannot be determined, all files of the context. */
export function imageFiles(folder: string, path: string, settings?: BuildSettings): ImageFiles {
  const text = readFileSync(path, 'utf8');
  const dockerfile = parseDockerfile(text, settings);
  const context = new BuildContext(folder, path);
  const unclear = [...dockerfile.unclear];
  const files = new Map<string, ContextFile[]>();
  for (const source of dockerfile.sources) {
    try {
      files.set(sourceKey(source), context.files(source));
    } catch (error) {
      if (!(error instanceof LeavesContext || error instanceof SyntaxError)) throw error;
      const why = error instanceof SyntaxError ? `the pattern ${source.path} is not valid` : error.message;
      unclear.push({ line: source.line, why });
    }
  }
  if (unclear.length > 0) files.set(sourceKey(WHOLE_CONTEXT), context.files(WHOLE_CONTEXT));
  return { text, dockerfile, files, unclear };
}

/**
 * A hash of the Dockerfile, of the settings of the build, and of every file that it uses from the context: their paths, their
 * content, and whether they are executable. Undefined if the Dockerfile does not exist.
 */
export function sourceHash(folder: string, path: string, settings: BuildSettings = {}): string | undefined {
  if (!existsSync(path)) return undefined;
  const { text, files } = imageFiles(folder, path, settings);
  const { args, target } = settings;
  const hash = createHash('sha256').update(text);
  for (const name of Object.keys(args ?? {}).toSorted()) hash.update(`\0argument\0${name}=${args![name]}`);
  if (target !== undefined) hash.update(`\0target\0${target}`);
  const sources = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const file of sources.flatMap(([, found]) => found)) {
    const name = join(folder, file.path);
    if (file.link) hash.update(`\0${file.path}\0link\0`).update(readlinkSync(name));
    else {
      if (statSync(name).mode & 0o111) hash.update('\0executable');
      hash.update(`\0${file.path}\0`).update(readFileSync(name));
    }
  }
  return hash.digest('hex').slice(0, 12);
}
