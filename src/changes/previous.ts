import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type * as Yaml from 'yaml';
import type { KubeObject } from '../k8s/objects';
import { isSynthesized } from '../synth/write';

const EMPTY = new Uint8Array();

/** The objects in a folder that an earlier synthesis wrote and that the new files do not contain unchanged. */
export function previousObjects(folder: string, files: ReadonlyMap<string, Uint8Array>): KubeObject[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const changed = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => [name, readFileSync(join(folder, name))] as const)
    .filter(([name, content]) => isSynthesized(content) && !content.equals(files.get(name) ?? EMPTY));
  if (changed.length === 0) return [];
  const now = new Set([...files.values()].flatMap(documentsOf));
  return changed
    .flatMap(([, content]) => documentsOf(content).filter((document) => !now.has(document)))
    .flatMap(objectOf);
}

/** The documents of one of our files. Only separators start with dashes at the margin: texts are indented. */
function documentsOf(content: Uint8Array): string[] {
  const text = new TextDecoder().decode(content);
  return text.split(/^---\n/m).slice(1);
}

/** The object of a document. A broken document has none: it is overwritten. */
function objectOf(document: string): KubeObject[] {
  try {
    const object = yaml().parse(document) as Partial<KubeObject> | null;
    return object?.apiVersion && object.kind && object.metadata?.name ? [object as KubeObject] : [];
  } catch {
    return [];
  }
}

/** Loaded only if something changed. */
function yaml(): typeof Yaml {
  return require('yaml') as typeof Yaml;
}
