import type { FieldPath } from '../../../../k8s/objects';
import { show } from '../../../../basics/text';
import type { SchemaError } from '../../schema-error';

// An object may contain values of any type here, because type errors are reported separately. A check ignores values
// of an unexpected type.
type Value = Readonly<Record<string, unknown>>;

/** Checks that the fields of one object are consistent. */
export type ConsistencyCheck = (value: Value) => Generator<SchemaError>;

/** The fields that are set. */
export function given(value: Value, fields: readonly string[]): string[] {
  return fields.filter((field) => value[field] !== undefined && value[field] !== null);
}

/** Reports each field after the first one that is set. */
export function* atMostOne(value: Value, fields: readonly string[], of: string): Generator<SchemaError> {
  const [first, ...others] = given(value, fields);
  for (const other of others)
    yield exclusive(
      [other],
      `${of} cannot have both ${first} and ${other}.`,
      `one of ${fields.join(', ')}`,
      `Remove ${first} or ${other}.`,
    );
}

/** Reports each field after the first one that is set, or that none is set. */
export function* exactlyOne(value: Value, fields: readonly string[], of: string): Generator<SchemaError> {
  yield* atMostOne(value, fields, of);
  if (given(value, fields).length === 0)
    yield absent(fields[0]!, `${of} requires one of ${fields.join(', ')}.`, `one of ${fields.join(', ')}`);
}

/** An error of fields that exclude each other. */
export function exclusive(
  field: FieldPath,
  message: string,
  expected: string,
  fix = `Remove ${String(field.at(-1))}.`,
): SchemaError {
  return { code: 'fields-exclusive', field, message, expected, fix };
}

/** An error of a field that is required because of other fields. */
export function absent(field: string | FieldPath, message: string, expected: string, fix?: string): SchemaError {
  return {
    code: 'field-missing',
    field: typeof field === 'string' ? [field] : field,
    message,
    expected,
    fix: fix ?? `Add ${expected}.`,
  };
}

/** An error of a value that is inconsistent with other fields. */
export function inconsistent(
  field: FieldPath,
  got: unknown,
  message: string,
  expected: string,
  fix: string,
): SchemaError {
  return { code: 'value-invalid', field, message, expected, got: show(got), fix };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is a map, or an empty map. */
export function record(value: unknown): Value {
  return isRecord(value) ? value : {};
}

/** The items of a list as maps, with their indexes. */
export function items(value: unknown): { item: Value; i: number }[] {
  return Array.isArray(value) ? value.map((item: unknown, i) => ({ item: record(item), i })) : [];
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Whether a value is a list that is not empty. */
export function filled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Reports items whose values of a field are not unique. */
export function* duplicates(
  list: unknown,
  field: string,
  of: string,
  path: FieldPath,
  same = (item: Value) => item[field],
): Generator<SchemaError> {
  const seen = new Set<unknown>();
  for (const { item, i } of items(list)) {
    const name = same(item);
    if (name === undefined || name === null || name === '') continue;
    if (seen.has(name))
      yield {
        code: 'item-taken',
        field: [...path, i, field],
        message: `Two items of ${of} have the same ${field}.`,
        expected: `a unique ${field} for each item`,
        got: show(name),
        fix: `Change the ${field} ${show(name)} of one of them, or remove the item.`,
      };
    seen.add(name);
  }
}
