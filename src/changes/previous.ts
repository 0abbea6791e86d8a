import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type * as Yaml from 'yaml';
import type { KubeObject } from '../k8s/objects';
import { MARK } from '../synth/yaml';

/**
 * The objects that an earlier synthesis wrote to a folder, without those that stand there word for word as they are
 * to be written now: only what changed is parsed.
 */
export function previousObjects(folder: string, texts: ReadonlyMap<string, string>): KubeObject[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const changed = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')] as const)
    .filter(([name, text]) => text.startsWith(MARK) && texts.get(name) !== text);
  if (changed.length === 0) return [];
  const now = new Set([...texts.values()].flatMap(documentsOf));
  return changed.flatMap(([, text]) => documentsOf(text).filter((document) => !now.has(document))).flatMap(objectOf);
}

/** Our files hold a line of dashes between two objects and nowhere else: what is in a text is indented. */
function documentsOf(text: string): string[] {
  return text.split(/^---\n/m).slice(1);
}

/** What somebody broke by hand is written over; nothing can be said of it. */
function objectOf(document: string): KubeObject[] {
  try {
    const object = yaml().parse(document) as Partial<KubeObject> | null;
    return object?.apiVersion && object.kind && object.metadata?.name ? [object as KubeObject] : [];
  } catch {
    return [];
  }
}

/** Loaded when something changed. */
function yaml(): typeof Yaml {
  return require('yaml') as typeof Yaml;
}
