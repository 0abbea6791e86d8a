import type { FieldPath } from '../../k8s/objects';
import { show } from '../../basics/text';
import type { Fault } from './fault';

// Values of any type may stand in an object here, because each fault of a type is told by itself: conditions look only
// at what they understand.
type Value = Readonly<Record<string, unknown>>;

/** What the fields of one type have to be together. */
export type Condition = (value: Value) => Generator<Fault>;

/** The fields of a list of fields that are there. */
export function given(value: Value, fields: readonly string[]): string[] {
  return fields.filter((field) => value[field] !== undefined && value[field] !== null);
}

/** At most one of the fields may be there; with `least` 1, one has to be. */
export function* oneOf(value: Value, fields: readonly string[], least: 0 | 1, of: string): Generator<Fault> {
  const [first, ...others] = given(value, fields);
  for (const other of others)
    yield exclusive(
      [other],
      `${of} has ${first} and ${other}, which exclude each other.`,
      `one of ${fields.join(', ')}`,
    );
  if (first === undefined && least === 1)
    yield absent(fields[0]!, `${of} has none of the fields of which it needs one.`, `one of ${fields.join(', ')}`);
}

/** Fields that cannot stand beside each other. */
export function exclusive(field: FieldPath, message: string, expected: string, fix = 'Take one of them out.'): Fault {
  return { code: 'fields-exclusive', field, message, expected, fix };
}

/** A field that is needed because of what else is there. */
export function absent(field: string | FieldPath, message: string, expected: string, fix?: string): Fault {
  return {
    code: 'field-missing',
    field: typeof field === 'string' ? [field] : field,
    message,
    expected,
    fix: fix ?? `Add ${expected.startsWith('one of') ? 'it' : expected}.`,
  };
}

/** A value that does not go with the others. */
export function wrong(field: FieldPath, got: unknown, message: string, expected: string, fix: string): Fault {
  return { code: 'value-invalid', field, message, expected, got: show(got), fix };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value where it is a map, and an empty one where it is none. */
export function record(value: unknown): Value {
  return isRecord(value) ? value : {};
}

/** The items of a list that are maps, with their places. */
export function items(value: unknown): { item: Value; i: number }[] {
  return Array.isArray(value) ? value.map((item: unknown, i) => ({ item: record(item), i })) : [];
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Whether a list is there and holds something. */
export function filled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Two items with one name, where an API server wants each once. */
export function* taken(
  list: unknown,
  field: string,
  of: string,
  path: FieldPath,
  same = (item: Value) => item[field],
): Generator<Fault> {
  const seen = new Set<unknown>();
  for (const { item, i } of items(list)) {
    const name = same(item);
    if (name === undefined || name === null || name === '') continue;
    if (seen.has(name))
      yield {
        code: 'item-taken',
        field: [...path, i, field],
        message: `Two of the ${of} have the same ${field}.`,
        expected: 'a different one for each',
        got: show(name),
        fix: 'Take one of them out, or change it.',
      };
    seen.add(name);
  }
}
