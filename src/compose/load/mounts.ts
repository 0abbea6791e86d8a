import { resolve } from 'node:path';
import { textFilesBelow } from './files';
import { isTrue, itemsOf, nodeAt, textOf, type ComposeNode } from './node';
import { readVolume } from './short-forms';

/** One mount of a service, in its long form. */
export interface ServiceMount {
  readonly node: ComposeNode;
  readonly type: string;
  /** The name of a volume, or a path on this machine as written. */
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** The mounts of a service. In the short form, a source with a dot, slash or tilde at the start is a path. */
export function mountsOf({ node }: { readonly node: ComposeNode }): ServiceMount[] {
  return itemsOf(nodeAt(node, 'volumes')).map((item) => {
    if (item.kind === 'dict') {
      const source = textOf(nodeAt(item, 'source'));
      const [type = 'volume', target = ''] = [textOf(nodeAt(item, 'type')), textOf(nodeAt(item, 'target'))];
      return { node: item, type, target, readOnly: isTrue(nodeAt(item, 'read_only')), ...(source && { source }) };
    }
    const { source, target, modes } = readVolume(textOf(item) ?? '');
    const type = source === undefined || /^\w[\w.-]*$/.test(source) ? 'volume' : 'bind';
    return { node: item, type, target, readOnly: modes.includes('ro'), ...(source && { source }) };
  });
}

/** The name of the mounted volume, or the absolute path on this machine. */
export function sourceOf({ node, type, source = '' }: ServiceMount): string {
  return type === 'bind' ? resolve(node.position.base, source) : source;
}

/** The texts of all project files that a service mounts. */
export function mountedTexts(service: { readonly node: ComposeNode }): string[] {
  return mountsOf(service)
    .filter(({ type, source }) => type === 'bind' && source?.startsWith('.'))
    .flatMap((mount) => textFilesBelow(sourceOf(mount), '') ?? [])
    .map(({ text }) => text);
}
