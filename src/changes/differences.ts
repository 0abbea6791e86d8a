import { identityOf, titleOf, withPart, type KubeObject } from '../k8s/objects';

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
    return [...fieldsThatDiffer(object, other)].map((difference) => ({ object: titleOf(object), ...difference }));
  });
  return [...found, ...[...others.values()].map((object) => ({ object: titleOf(object), to: 'present' }))];
}

/** The fields that differ between two values, with both values. `at` is the text of the field that contains the values. */
export function* fieldsThatDiffer(from: unknown, to: unknown, at = ''): Generator<FieldChange> {
  if (isGroup(from) && isGroup(to) && Array.isArray(from) === Array.isArray(to)) {
    const [a, b] = [membersOf(from, at), membersOf(to, at)];
    for (const field of new Set([...a.keys(), ...b.keys()])) yield* fieldsThatDiffer(a.get(field), b.get(field), field);
  } else if (JSON.stringify(from) !== JSON.stringify(to)) {
    yield { field: at, from, to };
  }
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * The members of a map or a list, by the text of their field. Items with unique names have the form of problems,
 * `containers[web]`, so a moved item is not a change.
 */
function membersOf(group: object, at: string): Map<string, unknown> {
  if (!Array.isArray(group)) return new Map(Object.entries(group).map(([key, value]) => [withPart(at, key), value]));
  const names = group.map((item: unknown) => (isGroup(item) ? (item as { name?: unknown }).name : undefined));
  const named = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
  return new Map(group.map((item: unknown, i) => [named ? `${at}[${names[i] as string}]` : withPart(at, i), item]));
}
