import { MANAGER } from '../../k8s/keys';
import type { FieldTree, LiveObject, ManagedFields } from '../connection/api-server';

/** What `kubectl apply` wrote. Callsign takes these fields over. */
export function isKubectlApply({ manager, operation, subresource }: ManagedFields): boolean {
  return (
    !subresource &&
    ((manager === 'kubectl-client-side-apply' && operation === 'Update') ||
      (manager === 'kubectl' && operation === 'Apply'))
  );
}

/** What `callsign apply` wrote. */
export function isOurs({ manager, operation, subresource }: ManagedFields): boolean {
  return manager === MANAGER && operation === 'Apply' && !subresource;
}

export function managersOf(object: LiveObject): readonly ManagedFields[] {
  return object.metadata.managedFields ?? [];
}

/** The fields that any of these managers owns. */
export function fieldsOf(managers: readonly ManagedFields[]): FieldTree {
  return managers.map(({ fieldsV1 = {} }) => fieldsV1).reduce(union, {});
}

export function owns(tree: FieldTree, ...path: readonly string[]): boolean {
  const found = path.reduce<FieldTree | undefined>((at, part) => at?.[part], tree);
  return found !== undefined;
}

function union(a: FieldTree, b: FieldTree): FieldTree {
  const result: Record<string, FieldTree> = { ...a };
  for (const [part, tree] of Object.entries(b)) result[part] = result[part] ? union(result[part], tree) : tree;
  return result;
}

/** The managers after the fields of `kubectl apply` became ours. */
export function afterTakeover(object: LiveObject): ManagedFields[] {
  const [taken, others] = [managersOf(object).filter(isTaken), managersOf(object).filter((entry) => !isTaken(entry))];
  const { apiVersion, time, fieldsType } = taken.find(isOurs) ?? taken[0]!;
  return [{ manager: MANAGER, operation: 'Apply', apiVersion, time, fieldsType, fieldsV1: fieldsOf(taken) }, ...others];
}

function isTaken(entry: ManagedFields): boolean {
  return isKubectlApply(entry) || isOurs(entry);
}

/** A copy of a value without the fields that `tree` owns and `kept` does not contain. */
export function withoutFields(value: unknown, tree: FieldTree, kept: FieldTree): unknown {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, i) => {
      const part = Object.keys(tree).find((key) => names(key, item, i));
      if (part === undefined) return [item];
      return isRemoved(tree[part]!, kept[part]) ? [] : [withoutFields(item, tree[part]!, kept[part] ?? {})];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = { ...value };
  for (const [part, inner] of Object.entries(tree)) {
    const name = part.slice(2);
    if (!part.startsWith('f:') || !Object.hasOwn(result, name)) continue;
    if (isRemoved(inner, kept[part])) delete result[name];
    else result[name] = withoutFields(result[name], inner, kept[part] ?? {});
  }
  return result;
}

/** Whether a field goes as a whole. A group is owned only if it contains `.`: nobody owns `metadata` as a whole. */
function isRemoved(tree: FieldTree, kept: FieldTree | undefined): boolean {
  return kept === undefined && (tree['.'] !== undefined || Object.keys(tree).length === 0);
}

/** Whether a part of the path names this item of a list: by its keys, its value or its position. */
function names(part: string, item: unknown, position: number): boolean {
  const text = part.slice(2);
  if (part.startsWith('i:')) return Number(text) === position;
  if (part.startsWith('v:')) return JSON.stringify(item) === JSON.stringify(JSON.parse(text));
  if (!part.startsWith('k:')) return false;
  return Object.entries(JSON.parse(text) as Record<string, unknown>).every(
    ([key, wanted]) => (item as Record<string, unknown> | null)?.[key] === wanted,
  );
}
