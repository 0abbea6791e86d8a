import { App, type ApiObject, type ApiObjectProps, Lazy } from 'cdk8s';

/** The resolvers that every app has. `settled` does what they do. */
const BUILT_IN = 3;
/** Maps with more keys are rare: labels, variables and files. */
const SMALL = 32;

/** The fields that come before all others. */
const HEAD = new Set(['apiVersion', 'kind', 'metadata']);

/** How cdk8s writes the fields of an object, and its metadata. */
interface Style {
  readonly sorted: boolean;
  /** Leaves out empty lists and maps. */
  readonly compact: boolean;
}

/** Whether the app has resolvers of its own, which `settled` does not know. */
export function hasOwnResolvers(object: ApiObject): boolean {
  return App.of(object).resolvers.length > BUILT_IN;
}

/**
 * An object as plain JSON: late values are computed, fields that are not set are left out, and keys are sorted. cdk8s does the
 * same in two passes. It allocates several objects for each field.
 */
export function settledObject(props: ApiObjectProps, { metadata }: ApiObject): object {
  const { apiVersion, kind } = props;
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(props)) if (!HEAD.has(key)) fields[key] = props[key];
  const body = settled(fields, { sorted: !process.env['CDK8S_DISABLE_SORT'], compact: false });
  return { apiVersion, kind, metadata: settledMetadata(metadata), ...(body as object) };
}

/** The members of the metadata that its type does not show. */
interface Hidden {
  readonly _additionalAttributes?: object;
  readonly finalizers: unknown;
  readonly ownerReferences: unknown;
  readonly labels: unknown;
  readonly annotations: unknown;
}

function settledMetadata(metadata: ApiObject['metadata']): unknown {
  const { name, namespace } = metadata;
  const { _additionalAttributes, finalizers, ownerReferences, labels, annotations } = metadata as unknown as Hidden;
  if (!_additionalAttributes) return metadata.toJson();
  const fields = { ..._additionalAttributes, name, namespace, annotations, finalizers, ownerReferences, labels };
  return settled(fields, { sorted: true, compact: true });
}

function settled(value: unknown, style: Style): unknown {
  if (typeof value !== 'object') return value;
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    if (style.compact && value.length === 0) return undefined;
    return value.map((item) => settled(item, style));
  }
  if (value instanceof Lazy) return settled(value.produce(), style);
  const { resolve } = value as { resolve?: unknown };
  if (typeof resolve === 'function') return settled(resolve.call(value), style);
  if (value.constructor !== Object) return settledInstance(value);
  return settledMap(value as Record<string, unknown>, style);
}

function settledMap(value: Readonly<Record<string, unknown>>, style: Style): object | undefined {
  const result: Record<string, unknown> = {};
  let isEmpty = true;
  for (const key of style.sorted ? sortedKeys(value) : Object.keys(value)) {
    const field = settled(value[key], style);
    if (field === undefined) continue;
    result[key] = field;
    isEmpty = false;
  }
  return style.compact && isEmpty ? undefined : result;
}

/** Inserts each key at its place, because `sort` allocates several lists for each call, and most maps are small. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  if (keys.length > SMALL) return keys.toSorted();
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!;
    let at = i;
    for (; at > 0 && keys[at - 1]! > key; at--) keys[at] = keys[at - 1]!;
    keys[at] = key;
  }
  return keys;
}

/** Types that `cdk8s import` writes for a number or a text have only a value. */
function settledInstance(value: object): unknown {
  const { value: inner } = value as { value?: unknown };
  if (typeof inner === 'number' || typeof inner === 'string') return { value: inner };
  throw new Error(`can't render non-simple object of type '${value.constructor?.name}'`);
}
