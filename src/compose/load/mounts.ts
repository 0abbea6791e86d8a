import { resolve } from 'node:path';
import { isFile, textFilesBelow, type TextFile } from './files';
import { isTrue, itemsOf, nodeAt, pathOf, textOf, type ComposeNode } from './node';
import { readVolume } from './short-forms';

/** One mount of a service, in its long form. */
export interface ServiceMount {
  readonly node: ComposeNode;
  readonly type: string;
  /** The name of a volume, or a path on this machine as written. */
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Reads its text files. Undefined if it mounts nothing of this machine, or if a ConfigMap cannot hold the files. */
  readonly files: () => readonly TextFile[] | undefined;
}

/** Reads the mounts and configs of all services of a project. Each file is read once. */
export class MountReader {
  readonly #files = new Map<string, readonly TextFile[] | undefined>();

  constructor(private readonly root: ComposeNode) {}

  /** The mounts of a service. In the short form, a source with a dot, slash or tilde at the start is a path. */
  mountsOf(service: ComposeNode): ServiceMount[] {
    return itemsOf(nodeAt(service, 'volumes')).map((node) => {
      const mount = { node, ...(node.kind === 'dict' ? longMount(node) : shortMount(textOf(node) ?? '')) };
      return {
        ...mount,
        files: () => (mount.type === 'bind' ? this.#below(sourceOf(mount), mount.target) : undefined),
      };
    });
  }

  /** The texts of its configs. */
  configsOf(service: ComposeNode): string[] {
    return itemsOf(nodeAt(service, 'configs')).flatMap((item) => {
      const config = nodeAt(this.root, 'configs', textOf(nodeAt(item, 'source')) ?? textOf(item) ?? '');
      const path = pathOf(nodeAt(config, 'file'));
      if (path === undefined || !isFile(path)) return textOf(nodeAt(config, 'content')) ?? [];
      return this.#below(path, '')?.map(({ text }) => text) ?? [];
    });
  }

  #below(path: string, target: string): TextFile[] | undefined {
    if (!this.#files.has(path)) this.#files.set(path, textFilesBelow(path, ''));
    return this.#files.get(path)?.map((file) => ({ ...file, target: target.replace(/\/$/, '') + file.target }));
  }
}

function longMount(node: ComposeNode): Omit<ServiceMount, 'node' | 'files'> {
  const source = textOf(nodeAt(node, 'source'));
  const [type = 'volume', target = ''] = [textOf(nodeAt(node, 'type')), textOf(nodeAt(node, 'target'))];
  return { type, target, readOnly: isTrue(nodeAt(node, 'read_only')), ...(source && { source }) };
}

function shortMount(text: string): Omit<ServiceMount, 'node' | 'files'> {
  const { source, target, modes } = readVolume(text);
  const type = source === undefined || /^\w[\w.-]*$/.test(source) ? 'volume' : 'bind';
  return { type, target, readOnly: modes.includes('ro'), ...(source && { source }) };
}

/** The name of the mounted volume, or the absolute path on this machine. */
export function sourceOf({ node, type, source = '' }: Pick<ServiceMount, 'node' | 'type' | 'source'>): string {
  return type === 'bind' ? resolve(node.position.base, source) : source;
}
