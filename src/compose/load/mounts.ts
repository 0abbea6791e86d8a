import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Member } from '../analyze/member';
import { copiesOf } from '../analyze/copies';
import { get, isTrue, itemsOf, textOf, type Node } from './node';
import { readVolume } from './short-forms';

/** One mount of a service, in its long form. */
export interface Mount {
  readonly node: Node;
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** The largest file that a ConfigMap takes beside others. */
const MOST_BYTES = 100 * 1024;
const MOST_FILES = 20;

/** The mounts of a service. A path on the machine begins with a dot, a slash or a tilde; anything else is the name of a volume. */
export function mountsOf({ node }: Pick<Member, 'node'>): Mount[] {
  return itemsOf(get(node, 'volumes')).map((item) => {
    if (item.kind === 'dict') {
      const source = textOf(get(item, 'source'));
      const [type = 'volume', target = ''] = [textOf(get(item, 'type')), textOf(get(item, 'target'))];
      return { node: item, type, target, readOnly: isTrue(get(item, 'read_only')), ...(source && { source }) };
    }
    const { source, target, modes } = readVolume(textOf(item) ?? '');
    const type = source === undefined || /^\w[\w.-]*$/.test(source) ? 'volume' : 'bind';
    return { node: item, type, target, readOnly: modes.includes('ro'), ...(source && { source }) };
  });
}

/** What a mount shows: the name of a volume, or a path of the machine. */
export function sourceOf({ node, type, source = '' }: Mount): string {
  return type === 'bind' ? resolve(node.spot.base, source) : source;
}

/** The volumes and the folders of the machine that several copies write to, be they of one service or of several. */
export function sharedVolumes(members: Iterable<Member>): Set<string> {
  const shared = new Set<string>();
  const mounted = new Map<string, string>();
  for (const member of members) {
    if (member.role.kind === 'database' || member.role.kind === 'left out') continue;
    for (const mount of mountsOf(member)) {
      if (!['volume', 'bind'].includes(mount.type) || mount.source === undefined) continue;
      const source = sourceOf(mount);
      if (copiesOf(member.node) > 1 || (mounted.get(source) ?? member.name) !== member.name) shared.add(source);
      mounted.set(source, member.name);
    }
  }
  return shared;
}

/** What stands in the files of the project that a service mounts. */
export function mountedTexts(service: Pick<Member, 'node'>): string[] {
  const ours = mountsOf(service).filter(({ type, source }) => type === 'bind' && source?.startsWith('.'));
  return ours.flatMap((mount) =>
    Object.values(textFiles(sourceOf(mount), '') ?? {}).map((path) => readFileSync(path, 'utf8')),
  );
}

/** The text files at a path, by where they will be mounted; nothing where something else lies there, or too much. */
export function textFiles(path: string, target: string): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  return walk(path, target.replace(/\/$/, ''), found) ? found : undefined;
}

/** Whether a program will write there: a folder of data, not one of settings. */
export function isData(path: string, target: string): boolean {
  if (!statSync(path).isDirectory()) return false;
  return (
    readdirSync(path).length === 0 ||
    /^\/(var\/lib|data|srv|var\/www)\b|\/(data|uploads|storage|media|content|db)$/.test(target)
  );
}

/** Stops at the first thing that no ConfigMap can hold. */
function walk(path: string, target: string, found: Record<string, string>): boolean {
  try {
    if (!statSync(path).isDirectory()) {
      if (Object.keys(found).length >= MOST_FILES || !isText(path)) return false;
      found[target] = path;
      return true;
    }
    return readdirSync(path)
      .toSorted()
      .every((name) => walk(join(path, name), `${target}/${name}`, found));
  } catch {
    // What may not be read cannot be mounted either.
    return false;
  }
}

function isText(path: string): boolean {
  return statSync(path).isFile() && statSync(path).size <= MOST_BYTES && !readFileSync(path).includes(0);
}
