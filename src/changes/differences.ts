import { fieldText, identityOf, titleOf, type FieldPath, type KubeObject } from '../k8s/objects';

/** One difference between two sets of manifests. */
export interface Difference {
  /** Such as `Deployment blog/comments`. */
  readonly object: string;
  /** The field. Undefined if the whole object is missing on one side. */
  readonly field?: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** A field with two values. A value is undefined where the field is not set. */
export interface FieldChange {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** All differences between two sets of manifests, field by field. */
export function differences(from: readonly KubeObject[], to: readonly KubeObject[]): Difference[] {
  const others = new Map(to.map((object) => [identityOf(object), object]));
  const found = from.flatMap((object): Difference[] => {
    const other = others.get(identityOf(object));
    others.delete(identityOf(object));
    if (!other) return [{ object: titleOf(object), from: 'present' }];
    return [...fieldsThatDiffer([], object, other)].map((difference) => ({ object: titleOf(object), ...difference }));
  });
  return [...found, ...[...others.values()].map((object) => ({ object: titleOf(object), to: 'present' }))];
}

/** The fields that differ between two values, with both values. */
export function* fieldsThatDiffer(at: FieldPath, from: unknown, to: unknown): Generator<FieldChange> {
  if (isGroup(from) && isGroup(to) && Array.isArray(from) === Array.isArray(to)) {
    const [a, b] = [membersOf(from), membersOf(to)];
    for (const key of new Set([...a.keys(), ...b.keys()]))
      yield* fieldsThatDiffer([...at, key], a.get(key), b.get(key));
  } else if (JSON.stringify(from) !== JSON.stringify(to)) {
    yield { field: fieldText(at), from, to };
  }
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The members of a map or a list, by key. Items that have unique names are keyed by name, so a moved item is not a change. */
function membersOf(group: object): Map<string | number, unknown> {
  if (!Array.isArray(group)) return new Map(Object.entries(group));
  const names = group.map((item: unknown) => (isGroup(item) ? (item as { name?: unknown }).name : undefined));
  const named = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
  return new Map(group.map((item: unknown, i) => [named ? (names[i] as string) : i, item]));
}
