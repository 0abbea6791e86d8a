import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { findDockerfiles, type FoundDockerfile } from './dockerfiles';

/** What is in the folder of a project, before anything is written. */
export interface ProjectFolder {
  /** The name of the folder. */
  readonly name: string;
  /** Whether it has no files of an application. */
  readonly isEmpty: boolean;
  /** The Compose file that Docker reads by default, and the file that overrides it. Empty if there is none. */
  readonly composeFiles: readonly string[];
  readonly dockerfiles: readonly FoundDockerfile[];
  readonly packageJson: string | undefined;
  readonly dockerignore: string | undefined;
  /** Whether there is something at a path. */
  has(path: string): boolean;
}

/** In the order in which Docker prefers them. */
const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
/** Files that a folder without an application can have: hidden files and those of a new repository. */
const NO_APPLICATION =
  /^(?:\..*|(?:readme|licen[cs]e)(?:\..*)?|package(?:-lock)?\.json|(?:pnpm-lock\.yaml|yarn\.lock)|node_modules)$/i;

/** Reads a folder. A folder that does not exist is empty. */
export function readProjectFolder(path: string): ProjectFolder {
  const exists = existsSync(path);
  const names = exists ? readdirSync(path) : [];
  const textOf = (name: string) => (names.includes(name) ? readFileSync(join(path, name), 'utf8') : undefined);
  return {
    name: basename(resolve(path)),
    isEmpty: names.every((name) => NO_APPLICATION.test(name)),
    composeFiles: composeFilesIn(names),
    dockerfiles: exists ? findDockerfiles(path) : [],
    packageJson: textOf('package.json'),
    dockerignore: textOf('.dockerignore'),
    // A link that leads nowhere is there too.
    has: (file) => lstatSync(join(path, file), { throwIfNoEntry: false }) !== undefined,
  };
}

function composeFilesIn(names: readonly string[]): string[] {
  const file = COMPOSE_FILES.find((name) => names.includes(name));
  if (file === undefined) return [];
  const overrides = ['.override.yml', '.override.yaml'].map((ending) => file.replace(/\.ya?ml$/, ending));
  return [file, ...overrides.filter((name) => names.includes(name)).slice(0, 1)];
}
