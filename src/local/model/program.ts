import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import type { ImageSource } from '../../images/image';
import { parseDockerfile, type Dockerfile } from '../../images/source/dockerfile';

/** How a part runs on this machine: from its source, or in a container of its image. */
export type LocalProgram = SourceProgram | ImageProgram;

/** A program of an image that is not built here. It needs Docker. */
export interface ImageProgram {
  readonly image: string;
}

export interface SourceProgram {
  readonly command: readonly string[];
  readonly folder: string;
  /** The variables that the image sets. */
  readonly env: Readonly<Record<string, string>>;
}

/** The program of a container, from the source of its image. A text says why it cannot run. */
export function programOf(source: ImageSource, { command, args, workingDir }: V1Container): SourceProgram | string {
  const file = parseDockerfile(readFileSync(source.dockerfile, 'utf8'), source);
  const words = [...(command ?? file.entrypoint), ...(args ?? (command ? [] : file.command))];
  if (words.length === 0) return `${source.dockerfile} has no CMD`;
  const inImage = workingDir ?? file.folder ?? '/';
  const local = inImage.replace(/\/$/, '');
  const named = words.map((word) => (word.startsWith(`${local}/`) ? posix.relative(inImage, word) : word));
  const folders = foldersOf(source, file, inImage);
  // A command such as `npm start` names no file.
  const folder = folders.find((candidate) => !named.some(isPath) || named.some((word) => isFile(candidate, word)));
  if (folder === undefined) return whyNot(source, folders, named.find(isPath) ?? words.join(' '), inImage);
  return { command: named, folder, env: Object.fromEntries(file.env) };
}

/** Why no folder has the file of a command. A missing build is the usual reason. */
function whyNot(
  { context, dockerfile }: ImageSource,
  [folder]: readonly string[],
  file: string,
  inImage: string,
): string {
  if (folder === undefined) return `${dockerfile} copies no files of ${context} to ${inImage}, where its command runs`;
  const missing = `${shown(join(folder, file))} does not exist`;
  const built = [folder, resolve(context)].find((candidate) => hasBuildScript(candidate));
  return built === undefined
    ? `${missing}. ${dockerfile} copies from ${context}, and its command runs this file. If a build writes it, run the build first`
    : `${missing}. Run npm run build in ${shown(built)}, and start again`;
}

function hasBuildScript(folder: string): boolean {
  try {
    const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts?: object };
    return Object.hasOwn(scripts ?? {}, 'build');
  } catch {
    return false;
  }
}

/** A path for people: relative to the project. */
function shown(path: string): string {
  return relative('', path) || '.';
}

/** The folders on this machine that a COPY puts at the working directory of the image. */
function foldersOf({ context }: ImageSource, { copies, fromStages }: Dockerfile, inImage: string): string[] {
  const folders = [...copies, ...fromStages].flatMap(({ sources, target }) =>
    sources.map(({ path }) => {
      // A build can still have to write the folder.
      const isFolder = statSync(join(context, path), { throwIfNoEntry: false })?.isDirectory() ?? !posix.extname(path);
      const copied = isFolder || !target.endsWith('/') ? target : posix.join(target, posix.basename(path));
      return resolve(context, path, posix.relative(copied, inImage));
    }),
  );
  return [...new Set(folders)];
}

/** Whether a word of a command names a file. */
function isPath(word: string): boolean {
  return /[/.]\w/.test(word) && !word.startsWith('-');
}

function isFile(folder: string, word: string): boolean {
  return !word.startsWith('-') && existsSync(join(folder, word)) && statSync(join(folder, word)).isFile();
}
