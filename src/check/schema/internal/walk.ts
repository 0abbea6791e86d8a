import type { FieldPath } from '../../../k8s/objects';
import { nearest } from '../../../basics/nearest';
import { own } from '../../../basics/own';
import { show } from '../../../basics/text';
import { isRecord, type ConsistencyCheck } from './consistency/consistency-check';
import { consistencyCheckOf } from './consistency/checks';
import { FORMATS, KEY_FORMATS } from './formats/field-formats';
import type { SchemaError } from '../schema-error';
import { duplicateError, missingFieldError, nameOf, typeTitle, formatError, typeError } from './errors';
import type { Format } from './formats/formats';
import { NEVER_EMPTY } from './presence';
import { PRIMITIVES } from './primitives';
import type { Shape } from '../schemas';

/** The position of the walk. It becomes a path only for an error. */
interface Spot {
  readonly outer?: Spot;
  readonly key?: string | number;
  readonly shape: Shape;
}

/** Everything in a value that does not fit its shape. Null counts as missing, as in the API server. */
export function schemaErrorsOf(value: unknown, shape: Shape): SchemaError[] {
  const errors: SchemaError[] = [];
  walk(value, shape, undefined, undefined, errors);
  return errors;
}

function walk(
  value: unknown,
  shape: Shape,
  outer: Spot | undefined,
  key: string | number | undefined,
  errors: SchemaError[],
): void {
  if (value === null || value === undefined) return;
  // Most values are valid strings.
  if (shape.is === 'string' && typeof value === 'string') return;
  if (shape.is === 'limited') return walkLimited(value, shape, outer, key, errors);
  const expected = expectedType(value, shape);
  if (
    expected === undefined &&
    shape.is !== 'object' &&
    shape.is !== 'list' &&
    shape.is !== 'map' &&
    shape.is !== 'enum'
  )
    return;
  const spot = { outer, key, shape };
  if (expected !== undefined) errors.push(typeError(value, expected, pathOf(spot)));
  else if (shape.is === 'object') walkObject(value as Fields, spot, shape, errors);
  else if (shape.is === 'list') walkList(value as unknown[], spot, shape, errors);
  else if (shape.is === 'map')
    for (const name of Object.keys(value)) walk((value as Fields)[name], shape.of, spot, name, errors);
  else if (shape.is === 'enum') checkEnum(value as string, shape, spot, errors);
}

/** Checks the limits of a value only if its type is correct. */
function walkLimited(
  value: unknown,
  { of, limits }: Shape & { is: 'limited' },
  outer: Spot | undefined,
  key: string | number | undefined,
  errors: SchemaError[],
): void {
  const before = errors.length;
  walk(value, of, outer, key, errors);
  const expected = errors.length > before ? undefined : limits(value);
  if (expected !== undefined) errors.push(formatError(value, expected, pathOf({ outer, key, shape: of })));
}

/** The expected type as text, if the value has another type. */
function expectedType(value: unknown, shape: Shape): string | undefined {
  switch (shape.is) {
    case 'object':
      return isRecord(value) ? undefined : `a map with the fields of a ${typeTitle(shape.type)}`;
    case 'list':
      return Array.isArray(value) ? undefined : 'a list';
    case 'map':
      return isRecord(value) ? undefined : 'a map';
    case 'enum':
      return typeof value === 'string' ? undefined : 'a string';
    case 'limited':
      return undefined;
    default:
      return PRIMITIVES[shape.is](value);
  }
}

/** What is known about the fields of a type. It is looked up once for each type. */
interface TypeChecks {
  readonly fields: ReadonlyMap<string, FieldChecks>;
  readonly check?: ConsistencyCheck;
}
interface FieldChecks {
  readonly shape: Shape;
  readonly format?: Format;
  readonly keyFormat?: Format;
}

const checksOf = new WeakMap<Shape, TypeChecks>();

function typeChecks(shape: Shape & { is: 'object' }): TypeChecks {
  let checks = checksOf.get(shape);
  if (!checks) {
    const formats = own(FORMATS, shape.type);
    const keys = own(KEY_FORMATS, shape.type);
    const fields = new Map<string, FieldChecks>();
    for (const [name, field] of shape.fields)
      fields.set(name, { shape: field, format: formats?.[name], keyFormat: keys?.[name] });
    checks = { fields, check: consistencyCheckOf(shape.type) };
    checksOf.set(shape, checks);
  }
  return checks;
}

function walkObject(value: Fields, spot: Spot, shape: Shape & { is: 'object' }, errors: SchemaError[]): void {
  const { fields, check } = typeChecks(shape);
  for (const name of Object.keys(value)) {
    const item = value[name];
    const field = fields.get(name);
    if (!field) {
      if (!shape.open) errors.push(unknownField(name, shape, spot));
      continue;
    }
    if (item === null || item === undefined) continue;
    const before = errors.length;
    walk(item, field.shape, spot, name, errors);
    const { format, keyFormat } = field;
    // The format is checked only if the type is correct.
    if ((!format && !keyFormat) || errors.length > before) continue;
    if (format) checkFormat(item, format, { outer: spot, key: name, shape: field.shape }, errors);
    if (keyFormat) checkKeyFormat(item, keyFormat, { outer: spot, key: name, shape: field.shape }, errors);
  }
  for (const name of shape.required) {
    const item = value[name];
    const empty = item === '' && !fields.get(name)?.format && !shape.literal;
    if (empty || item === undefined || item === null) errors.push(missingFieldError(name, shape.type, pathOf(spot)));
  }
  if (check) for (const error of check(value)) errors.push({ ...error, field: [...pathOf(spot), ...error.field] });
}

function walkList(value: readonly unknown[], spot: Spot, shape: Shape & { is: 'list' }, errors: SchemaError[]): void {
  for (let i = 0; i < value.length; i++) walk(value[i], shape.of, spot, i, errors);
  if (shape.keys.length > 0 && value.length > 1) checkKeys(value, spot, shape.keys, errors);
}

/** Reports items with the same merge keys. */
function checkKeys(value: readonly unknown[], spot: Spot, keys: readonly string[], errors: SchemaError[]): void {
  const seen = new Map<string, number>();
  for (const [i, item] of value.entries()) {
    if (!isRecord(item)) continue;
    // Missing keys are not compared, because they may have defaults.
    const key = JSON.stringify(keys.map((name) => item[name] ?? (name === 'protocol' ? 'TCP' : null)));
    const first = seen.get(key);
    const named = first === undefined ? [] : keys.filter((name) => item[name] !== undefined);
    if (named.length > 0)
      errors.push(
        duplicateError(pathOf(spot), i, first!, named.map((name) => `${name} ${show(item[name])}`).join(', ')),
      );
    seen.set(key, first ?? i);
  }
}

function checkEnum(
  value: string,
  { values, literal }: Shape & { is: 'enum' },
  spot: Spot,
  errors: SchemaError[],
): void {
  // The API server has a default for most empty strings.
  if (values.includes(value) || (value === '' && !literal && hasDefault(spot))) return;
  const guess = values.find((known) => known.toLowerCase() === value.toLowerCase()) ?? nearest(value, values);
  const field = pathOf(spot);
  errors.push({
    code: 'value-invalid',
    field,
    message: `${nameOf(field)} has the invalid value ${show(value)}.`,
    expected: `one of ${values.join(', ')}`,
    got: show(value),
    fix: guess ? `Did you mean ${guess}?` : `Write one of ${values.join(', ')}.`,
  });
}

function hasDefault({ outer, key }: Spot): boolean {
  return outer?.shape.is === 'object' && !NEVER_EMPTY.has(`${outer.shape.type}.${key}`);
}

/** Checks the format of a value, or of each value in a list or a map. */
function checkFormat(value: unknown, format: Format, spot: Spot, errors: SchemaError[]): void {
  if (typeof value !== 'object') {
    const expected = format(value as never);
    if (expected !== undefined) errors.push(formatError(value, expected, pathOf(spot)));
  } else if (value !== null) {
    for (const key of Object.keys(value)) {
      const item = (value as Fields)[key];
      // A valid value needs no position.
      if (typeof item === 'object' || format(item as never) !== undefined)
        checkFormat(
          item,
          format,
          { outer: spot, key: Array.isArray(value) ? Number(key) : key, shape: spot.shape },
          errors,
        );
    }
  }
}

function checkKeyFormat(value: object, format: Format, spot: Spot, errors: SchemaError[]): void {
  for (const key of Object.keys(value)) {
    const expected = format(key as never);
    if (expected !== undefined) errors.push(formatError(key, expected, [...pathOf(spot), key], `A key of ${spot.key}`));
  }
}

function pathOf(spot: Spot): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Spot | undefined = spot; at; at = at.outer) if (at.key !== undefined) path.push(at.key);
  return path.toReversed();
}

type Fields = Record<string, unknown>;

function unknownField(name: string, shape: Shape & { is: 'object' }, spot: Spot): SchemaError {
  const field = [...pathOf(spot), name];
  const error = {
    code: 'field-unknown' as const,
    field,
    message: `A ${typeTitle(shape.type)} has no field ${show(name)}.`,
    got: name,
  };
  const known = [...shape.fields.keys()];
  const guess = known.find((other) => other.toLowerCase() === name.toLowerCase()) ?? nearest(name, known);
  if (guess) return { ...error, expected: guess, fix: `Did you mean ${guess}?` };
  // A misplaced field usually has the wrong indentation.
  for (let outer = spot.outer; outer; outer = outer.outer) {
    if (outer.shape.is !== 'object' || !outer.shape.fields.has(name)) continue;
    const path = pathOf(outer);
    return {
      ...error,
      expected: `${name} in ${nameOf(path)}`,
      fix: `Move it out to ${pathText(path) || 'the top level'}: it is indented too far.`,
    };
  }
  const [inner] = [...shape.fields].find(([, child]) => child.is === 'object' && child.fields.has(name)) ?? [];
  if (inner)
    return { ...error, expected: `${name} in ${inner}`, fix: `Move it into ${inner}: it is not indented far enough.` };
  return {
    ...error,
    expected: `one of ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`,
    fix: `Remove ${name}, or write one of the expected fields.`,
  };
}

function pathText(at: FieldPath): string {
  return at.filter((part) => typeof part === 'string').join('.');
}
