import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Member } from './context';
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
const MOST_BYTES = 256 * 1024;
const MOST_FILES = 20;

/** The mounts of a service. A path on the machine begins with a dot, a slash or a tilde; anything else is the name of a volume. */
export function mountsOf({ node }: Pick<Member, 'node'>): Mount[] {
  return itemsOf(get(node, 'volumes')).map((item) => {
    if (item.kind === 'dict') {
      const source = textOf(get(item, 'source'));
      return {
        node: item,
        type: textOf(get(item, 'type')) ?? 'volume',
        target: textOf(get(item, 'target')) ?? '',
        readOnly: isTrue(get(item, 'read_only')),
        ...(source && { source }),
      };
    }
    const { source, target, modes } = readVolume(textOf(item) ?? '');
    const type = source === undefined || /^[\w][\w.-]*$/.test(source) ? 'volume' : 'bind';
    return { node: item, type, target, readOnly: modes.includes('ro'), ...(source && { source }) };
  });
}

/** The volumes that several services write to. */
export function sharedVolumes(members: Iterable<Member>): Set<string> {
  const writers = new Map<string, Set<string>>();
  for (const member of members) {
    if (member.role.kind === 'database' || member.role.kind === 'left out') continue;
    for (const { type, source } of mountsOf(member)) {
      if (type === 'volume' && source) writers.set(source, (writers.get(source) ?? new Set()).add(member.name));
    }
  }
  return new Set([...writers].filter(([, names]) => names.size > 1).map(([name]) => name));
}

/** The text files at a path, by where they will be mounted; nothing where something else lies there, or too much. */
export function textFiles(path: string, target: string): Record<string, string> | undefined {
  if (!statSync(path).isDirectory()) return isText(path) ? { [target]: path } : undefined;
  const found: Record<string, string> = {};
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .filter((name) => !statSync(join(path, name)).isDirectory());
  if (names.length > MOST_FILES) return undefined;
  for (const name of names) {
    if (!isText(join(path, name))) return undefined;
    found[`${target.replace(/\/$/, '')}/${name}`] = join(path, name);
  }
  return found;
}

function isText(path: string): boolean {
  return statSync(path).isFile() && statSync(path).size <= MOST_BYTES && !readFileSync(path).includes(0);
}

/** Whether a program will write there: a folder of data, not one of settings. */
export function isData(path: string, target: string): boolean {
  return (
    statSync(path).isDirectory() &&
    (readdirSync(path).length === 0 || /^\/(var\/lib|data|srv|var\/www)\b|\/(data|uploads|storage|media|content|db)$/.test(target))
  );
}
