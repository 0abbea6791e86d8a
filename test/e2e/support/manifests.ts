import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';

export interface ManifestObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image: string }[] } };
  };
}

/** The objects in a folder of manifests. */
export function readObjects(folder: string): ManifestObject[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .flatMap((name) =>
      parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map(
        (document) => document.toJSON() as ManifestObject | null,
      ),
    )
    .filter((object) => object !== null);
}

const titleOf = ({ kind, metadata }: ManifestObject): string => `${kind}/${metadata.name}`;

/** The objects that differ between two folders, with their changed lines: `-` before, `+` after. */
export function differences(before: string, after: string): Record<string, string[]> {
  const [a, b] = [before, after].map(
    (folder) => new Map(readObjects(folder).map((object) => [titleOf(object), stringify(object).split('\n')])),
  ) as [Map<string, string[]>, Map<string, string[]>];
  const titles = new Set([...a.keys(), ...b.keys()]);
  const found: Record<string, string[]> = {};
  for (const title of titles) {
    const [old, now] = [a.get(title), b.get(title)];
    if (!old || !now) found[title] = [old ? 'is gone' : 'is new'];
    else if (old.join('\n') !== now.join('\n')) found[title] = lines(old, now);
  }
  return found;
}

/** The changed lines. Good enough for objects that differ in a few lines. */
function lines(old: readonly string[], now: readonly string[]): string[] {
  const gone = old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`);
  const come = now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`);
  return [...gone, ...come];
}

/** All images in a folder of manifests. */
export function imagesOf(folder: string): string[] {
  return [
    ...new Set(
      readObjects(folder).flatMap(({ spec }) => spec?.template?.spec?.containers?.map(({ image }) => image) ?? []),
    ),
  ];
}
