import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join, posix } from 'node:path';
import { isPattern } from '../images/source/build-context';
import { chooseContext } from '../images/source/choose-context';
import { parseDockerfile, type Dockerfile } from '../images/source/dockerfile';
import { readInstructions } from '../images/source/instructions';

/** A Dockerfile of the user, and how its image is built. All paths are relative to the project. */
export interface FoundDockerfile {
  /** The folder of the Dockerfile. Empty for the Dockerfile of the project. */
  readonly folder: string;
  /** The build context. */
  readonly context: string;
  /** The path of the Dockerfile in the build context. */
  readonly dockerfile: string;
  /** The first port of EXPOSE. */
  readonly port: number | undefined;
  /** Whether the image can contain the manifests and the charts. */
  readonly copiesEverything: boolean;
}

/** How many levels of folders are searched. */
const LEVELS = 2;

/** The Dockerfiles of a project, in the folder itself or in the folders below it. */
export function findDockerfiles(project: string): FoundDockerfile[] {
  return foldersOf(project, '.', LEVELS)
    .filter((folder) =>
      entriesOf(join(project, folder)).some((entry) => entry.name === 'Dockerfile' && !entry.isDirectory()),
    )
    .map((folder) => dockerfileIn(project, folder));
}

function foldersOf(project: string, folder: string, levels: number): string[] {
  if (levels === 0) return [folder];
  const below = entriesOf(join(project, folder))
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(({ name }) => posix.join(folder, name))
    .toSorted();
  return [folder, ...below.flatMap((name) => foldersOf(project, name, levels - 1))];
}

/** A folder that cannot be read, such as the data of a database, has no sources. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    return [];
  }
}

function dockerfileIn(project: string, folder: string): FoundDockerfile {
  const text = readFileSync(join(project, folder, 'Dockerfile'), 'utf8');
  const file = parseDockerfile(text);
  const context = contextOf(project, folder, file);
  return {
    folder: folder === '.' ? '' : folder,
    context,
    dockerfile: posix.relative(context, posix.join(folder, 'Dockerfile')),
    port: exposedPort(text),
    copiesEverything: context === '.' && copiesEverything(file),
  };
}

/** The build context, relative to the project. */
function contextOf(project: string, folder: string, file: Dockerfile): string {
  const [own, ...others] = above(folder);
  const inProject = (path: string) => join(project, path);
  const chosen = chooseContext([inProject(own), ...others.map(inProject)], file);
  return [own, ...others].find((path) => inProject(path) === chosen)!;
}

/** A folder, and the folders above it in the project. */
function above(folder: string): readonly [string, ...string[]] {
  return folder === '.' ? [folder] : [folder, ...above(posix.dirname(folder))];
}

function copiesEverything({ sources, unclear }: Dockerfile): boolean {
  return unclear.length > 0 || sources.some(({ path }) => isPattern(path) || ['.', 'src'].includes(path));
}

/** The first port of EXPOSE in the last stage that has one. */
function exposedPort(text: string): number | undefined {
  const exposed = readInstructions(text).instructions.findLast(({ keyword }) => keyword === 'EXPOSE');
  const port = exposed?.rest.split(/\s+/).find((word) => /^\d+(\/tcp)?$/i.test(word));
  return port === undefined ? undefined : Number.parseInt(port, 10);
}
