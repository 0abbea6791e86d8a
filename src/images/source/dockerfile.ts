import { posix } from 'node:path';
import { isPattern } from './build-context';

/** One line that copies from the context into the image. */
interface Copy {
  readonly sources: readonly string[];
  /** Where to, as an absolute path in the image; with a slash at the end it is a folder. */
  readonly target: string;
}

/** What a Dockerfile says of the image's last stage, as far as we have to know it. */
export interface Dockerfile {
  /** Every path of the context that any stage copies. */
  readonly sources: ReadonlySet<string>;
  /** What the last stage copies from the context itself. */
  readonly copies: readonly Copy[];
  /** Its WORKDIR. */
  readonly folder: string | undefined;
  /** What ENTRYPOINT and CMD run. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

interface Stage {
  readonly copies: Copy[];
  folder: string | undefined;
  entrypoint: readonly string[];
  command: readonly string[];
}

/** Reads a Dockerfile. Lines that it does not know say nothing about sources or programs. */
export function parseDockerfile(text: string): Dockerfile {
  const sources = new Set<string>();
  const stages = new Map<string, Stage>();
  let stage: Stage = { copies: [], folder: undefined, entrypoint: [], command: [] };
  for (const [, word = '', rest = ''] of text
    .replace(/\\\r?\n/g, ' ')
    .matchAll(/^[^\S\n]*([A-Za-z]+)[^\S\n]+(.+)$/gm)) {
    const words = rest.trim().split(/\s+/);
    switch (word.toUpperCase()) {
      case 'FROM': {
        const [base = '', as, name] = words.filter((part) => !part.startsWith('--'));
        const from = stages.get(base);
        stage = { folder: undefined, entrypoint: [], command: [], ...from, copies: [...(from?.copies ?? [])] };
        if (as?.toUpperCase() === 'AS' && name) stages.set(name, stage);
        break;
      }
      case 'WORKDIR':
        stage.folder = posix.resolve(stage.folder ?? '/', words[0]!);
        break;
      case 'COPY':
      case 'ADD': {
        const paths = words.filter((part) => !part.startsWith('--'));
        if (words.some((part) => part.startsWith('--from='))) break;
        const target = paths.pop() ?? '';
        for (const source of paths) sources.add(source);
        const folder = target.endsWith('/') || target === '.' || paths.length > 1 || paths.some(isPattern);
        stage.copies.push({ sources: paths, target: posix.resolve(stage.folder ?? '/', target) + (folder ? '/' : '') });
        break;
      }
      case 'ENTRYPOINT':
        stage.entrypoint = programOf(rest);
        break;
      case 'CMD':
        stage.command = programOf(rest);
        break;
    }
  }
  return { sources, ...stage };
}

/** `["node", "main.js"]`, or a line for the shell, which then makes way for the program. */
function programOf(text: string): string[] {
  try {
    return JSON.parse(text) as string[];
  } catch {
    return ['sh', '-c', `exec ${text.trim()}`];
  }
}
