import { isCollection, isMap, isNode, isScalar, isSeq } from 'yaml';

/** `{{ value }}` without quotes is valid YAML: a map whose key is a map. */
export class KeyError extends Error {
  constructor(readonly offset: number) {
    super('A key is a map or a list instead of a string.');
  }
}

/** The duplicate keys of all maps. The check of the parser would take quadratic time. */
export function duplicateKeys(node: unknown): { key: unknown; offset: number }[] {
  if (isSeq(node)) return node.items.flatMap(duplicateKeys);
  if (!isMap(node)) return [];
  const keys = new Set<unknown>();
  const duplicates: { key: unknown; offset: number }[] = [];
  for (const { key, value } of node.items) {
    if (isCollection(key)) throw new KeyError(key.range?.[0] ?? 0);
    const name = isScalar(key) ? key.value : key;
    // A map may have several merge keys.
    if (name !== '<<' && keys.has(name)) duplicates.push({ key: name, offset: (isNode(key) && key.range?.[0]) || 0 });
    keys.add(name);
    if (isCollection(value)) for (const found of duplicateKeys(value)) duplicates.push(found);
  }
  return duplicates;
}
