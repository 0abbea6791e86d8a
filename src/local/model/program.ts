import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import type { ImageSource } from '../../images/image';
import { parseDockerfile, type Dockerfile } from '../../images/source/dockerfile';

/** How a part runs on this machine: from its source, or in a container of its image. */
export type Program = SourceProgram | ImageProgram;

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
  const file = parseDockerfile(readFileSync(source.dockerfile, 'utf8'), source.args);
  const words = [...(command ?? file.entrypoint), ...(args ?? (command ? [] : file.command))];
  if (words.length === 0) return `${source.dockerfile} has no CMD`;
  const inImage = workingDir ?? file.folder ?? '/';
  const local = inImage.replace(/\/$/, '');
  const named = words.map((word) => (word.startsWith(`${local}/`) ? posix.relative(inImage, word) : word));
  const folders = foldersOf(source, file, inImage);
  // A command such as `npm start` names no file.
  const namesFile = named.some((word) => /[/.]\w/.test(word) && !word.startsWith('-'));
  const folder = folders.find((candidate) => !namesFile || named.some((word) => isFile(candidate, word)));
  if (folder === undefined)
    return `no folder on this machine has the files of its command (${words.join(' ')}) as ${source.dockerfile} copies them`;
  return { command: named, folder, env: Object.fromEntries(file.env) };
}

/** The folders on this machine that a COPY puts at the working directory of the image. */
function foldersOf({ context }: ImageSource, { copies }: Dockerfile, inImage: string): string[] {
  const folders = copies.flatMap(({ sources, target }) =>
    sources.map(({ path }) => {
      const isFolder = statSync(join(context, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
      const copied = isFolder || !target.endsWith('/') ? target : posix.join(target, posix.basename(path));
      return resolve(context, path, posix.relative(copied, inImage));
    }),
  );
  return [...new Set(folders)];
}

function isFile(folder: string, word: string): boolean {
  return !word.startsWith('-') && existsSync(join(folder, word)) && statSync(join(folder, word)).isFile();
}
