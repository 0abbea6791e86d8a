import type { FieldPath } from '../../k8s/objects';
import { nearest } from '../../basics/nearest';
import { own } from '../../basics/own';
import { show } from '../../basics/text';
import { isRecord, type Condition } from './condition';
import { conditionOf } from './conditions';
import { FORMATS, KEY_FORMATS } from './constraints';
import type { Fault } from './fault';
import { duplicate, missing, nameOf, titleOf, wrongFormat, wrongType } from './faults';
import type { Format } from './formats';
import { NEVER_EMPTY } from './presence';
import { PRIMITIVES } from './primitives';
import type { Shape } from './schemas';

/** Where the walk is: a path is made of it only for the few places at which something is wrong. */
interface Spot {
  readonly outer?: Spot;
  readonly key?: string | number;
  readonly shape: Shape;
}

/** Everything in a value that an API server would refuse for its shape. Null is nothing there, as it is to an API server. */
export function faultsOf(value: unknown, shape: Shape): Fault[] {
  const faults: Fault[] = [];
  walk(value, shape, undefined, undefined, faults);
  return faults;
}

function walk(
  value: unknown,
  shape: Shape,
  outer: Spot | undefined,
  key: string | number | undefined,
  faults: Fault[],
): void {
  if (value === null || value === undefined) return;
  // Most values are texts, and right.
  if (shape.is === 'string' && typeof value === 'string') return;
  if (shape.is === 'limited') return walkLimited(value, shape, outer, key, faults);
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
  if (expected !== undefined) faults.push(wrongType(value, expected, pathOf(spot)));
  else if (shape.is === 'object') walkObject(value as Fields, spot, shape, faults);
  else if (shape.is === 'list') walkList(value as unknown[], spot, shape, faults);
  else if (shape.is === 'map')
    for (const name of Object.keys(value)) walk((value as Fields)[name], shape.of, spot, name, faults);
  else if (shape.is === 'enum') checkEnum(value as string, shape, spot, faults);
}

/** What is of a wrong type has no limits either. */
function walkLimited(
  value: unknown,
  { of, limits }: Shape & { is: 'limited' },
  outer: Spot | undefined,
  key: string | number | undefined,
  faults: Fault[],
): void {
  const before = faults.length;
  walk(value, of, outer, key, faults);
  const expected = faults.length > before ? undefined : limits(value);
  if (expected !== undefined) faults.push(wrongFormat(value, expected, pathOf({ outer, key, shape: of })));
}

/** What should have stood there, where something of another type does. */
function expectedType(value: unknown, shape: Shape): string | undefined {
  switch (shape.is) {
    case 'object':
      return isRecord(value) ? undefined : `a map with the fields of a ${titleOf(shape.type)}`;
    case 'list':
      return Array.isArray(value) ? undefined : 'a list';
    case 'map':
      return isRecord(value) ? undefined : 'a map';
    case 'enum':
      return typeof value === 'string' ? undefined : 'a text';
    case 'limited':
      return undefined;
    default:
      return PRIMITIVES[shape.is](value);
  }
}

/** What is asked of a type beyond its schema: looked up once, because a type is met thousands of times. */
interface Asked {
  readonly formats?: Readonly<Record<string, Format>>;
  readonly keys?: Readonly<Record<string, Format>>;
  readonly condition?: Condition;
}

const askedOf = new WeakMap<Shape, Asked>();

function walkObject(value: Fields, spot: Spot, shape: Shape & { is: 'object' }, faults: Fault[]): void {
  let asked = askedOf.get(shape);
  if (!asked) {
    asked = {
      formats: own(FORMATS, shape.type),
      keys: own(KEY_FORMATS, shape.type),
      condition: conditionOf(shape.type),
    };
    askedOf.set(shape, asked);
  }
  const { formats, keys, condition } = asked;
  for (const name of Object.keys(value)) {
    const item = value[name];
    const field = shape.fields.get(name);
    if (!field) {
      if (!shape.open) faults.push(unknownField(name, shape, spot));
      continue;
    }
    if (item === null || item === undefined) continue;
    const before = faults.length;
    walk(item, field, spot, name, faults);
    const format = formats?.[name];
    const keyFormat = keys?.[name];
    // What is of a wrong type has no format either.
    if ((!format && !keyFormat) || faults.length > before) continue;
    if (format) checkFormat(item, format, { outer: spot, key: name, shape: field }, faults);
    if (keyFormat) checkKeyFormat(item, keyFormat, { outer: spot, key: name, shape: field }, faults);
  }
  for (const name of shape.required) {
    const empty = value[name] === '' && !formats?.[name] && !shape.literal;
    if (empty || value[name] === undefined || value[name] === null)
      faults.push(missing(name, shape.type, pathOf(spot)));
  }
  if (condition)
    for (const fault of condition(value)) faults.push({ ...fault, field: [...pathOf(spot), ...fault.field] });
}

function walkList(value: readonly unknown[], spot: Spot, shape: Shape & { is: 'list' }, faults: Fault[]): void {
  for (let i = 0; i < value.length; i++) walk(value[i], shape.of, spot, i, faults);
  if (shape.keys.length > 0 && value.length > 1) checkKeys(value, spot, shape.keys, faults);
}

/** Items are told apart by their keys: two with the same ones are one too many. */
function checkKeys(value: readonly unknown[], spot: Spot, keys: readonly string[], faults: Fault[]): void {
  const seen = new Map<string, number>();
  for (const [i, item] of value.entries()) {
    if (!isRecord(item)) continue;
    // Only what stands there is compared: what is left out may have a default of its own.
    const key = JSON.stringify(keys.map((name) => item[name] ?? (name === 'protocol' ? 'TCP' : null)));
    const first = seen.get(key);
    const named = first === undefined ? [] : keys.filter((name) => item[name] !== undefined);
    if (named.length > 0)
      faults.push(duplicate(pathOf(spot), i, first!, named.map((name) => `${name} ${show(item[name])}`).join(', ')));
    seen.set(key, first ?? i);
  }
}

function checkEnum(value: string, { values, literal }: Shape & { is: 'enum' }, spot: Spot, faults: Fault[]): void {
  // An empty text is what an API server mostly has a default for.
  if (values.includes(value) || (value === '' && !literal && hasDefault(spot))) return;
  const guess = values.find((known) => known.toLowerCase() === value.toLowerCase()) ?? nearest(value, values);
  const field = pathOf(spot);
  faults.push({
    code: 'value-invalid',
    field,
    message: `${nameOf(field)} cannot be ${show(value)}.`,
    expected: `one of ${values.join(', ')}`,
    got: show(value),
    fix: guess ? `Write ${guess}, if that is what was meant.` : 'Write one of them.',
  });
}

function hasDefault({ outer, key }: Spot): boolean {
  return outer?.shape.is === 'object' && !NEVER_EMPTY.has(`${outer.shape.type}.${key}`);
}

/** Of a list or a map it is about each value. */
function checkFormat(value: unknown, format: Format, spot: Spot, faults: Fault[]): void {
  if (typeof value !== 'object') {
    const expected = format(value as never);
    if (expected !== undefined) faults.push(wrongFormat(value, expected, pathOf(spot)));
  } else if (value !== null) {
    for (const key of Object.keys(value)) {
      const item = (value as Fields)[key];
      // What is right needs no place.
      if (typeof item === 'object' || format(item as never) !== undefined)
        checkFormat(
          item,
          format,
          { outer: spot, key: Array.isArray(value) ? Number(key) : key, shape: spot.shape },
          faults,
        );
    }
  }
}

function checkKeyFormat(value: object, format: Format, spot: Spot, faults: Fault[]): void {
  for (const key of Object.keys(value)) {
    const expected = format(key as never);
    if (expected !== undefined) faults.push(wrongFormat(key, expected, [...pathOf(spot), key], `A key of ${spot.key}`));
  }
}

function pathOf(spot: Spot): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Spot | undefined = spot; at; at = at.outer) if (at.key !== undefined) path.push(at.key);
  return path.toReversed();
}

type Fields = Record<string, unknown>;

function unknownField(name: string, shape: Shape & { is: 'object' }, spot: Spot): Fault {
  const field = [...pathOf(spot), name];
  const fault = {
    code: 'field-unknown' as const,
    field,
    message: `A ${titleOf(shape.type)} has no field ${show(name)}.`,
    got: name,
  };
  const known = [...shape.fields.keys()];
  const guess = known.find((other) => other.toLowerCase() === name.toLowerCase()) ?? nearest(name, known);
  if (guess) return { ...fault, expected: guess, fix: `Write ${guess}, if that is what was meant.` };
  // A field in the wrong place mostly stands too far in or out.
  for (let outer = spot.outer; outer; outer = outer.outer) {
    if (outer.shape.is !== 'object' || !outer.shape.fields.has(name)) continue;
    const path = pathOf(outer);
    return {
      ...fault,
      expected: `${name} in ${nameOf(path)}`,
      fix: `Move it out to ${pathText(path) || 'the top'}: it stands too far in.`,
    };
  }
  const [inner] = [...shape.fields].find(([, child]) => child.is === 'object' && child.fields.has(name)) ?? [];
  if (inner) return { ...fault, expected: `${name} in ${inner}`, fix: `Move it into ${inner}: it stands too far out.` };
  return {
    ...fault,
    expected: `one of ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`,
    fix: 'Take it out: nothing reads it, and an API server refuses it.',
  };
}

function pathText(at: FieldPath): string {
  return at.filter((part) => typeof part === 'string').join('.');
}
