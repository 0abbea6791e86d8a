import type { FieldPath } from '../../k8s/manifest';
import { nearest } from '../../k8s/names';
import { show } from '../../k8s/problem';
import { conditionsOf } from './conditions';
import { FORMATS, KEY_FORMATS } from './constraints';
import type { Fault } from './fault';
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

function walk(value: unknown, shape: Shape, outer: Spot | undefined, key: string | number | undefined, faults: Fault[]): void {
  if (value === null || value === undefined) return;
  const expected = expectedType(value, shape);
  if (expected === undefined && shape.is !== 'object' && shape.is !== 'list' && shape.is !== 'map' && shape.is !== 'enum') return;
  const spot = { outer, key, shape };
  if (expected !== undefined) faults.push(wrongType(value, expected, pathOf(spot)));
  else if (shape.is === 'object') walkObject(value as Fields, spot, shape, faults);
  else if (shape.is === 'list') walkList(value as unknown[], spot, shape, faults);
  else if (shape.is === 'map') for (const name of Object.keys(value)) walk((value as Fields)[name], shape.of, spot, name, faults);
  else if (shape.is === 'enum') checkEnum(value as string, shape.values, spot, faults);
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
    default:
      return PRIMITIVES[shape.is](value);
  }
}

function walkObject(value: Fields, spot: Spot, shape: Shape & { is: 'object' }, faults: Fault[]): void {
  const formats = FORMATS[shape.type];
  const keys = KEY_FORMATS[shape.type];
  for (const name of Object.keys(value)) {
    const item = value[name];
    const field = shape.fields.get(name);
    if (!field) {
      faults.push(unknownField(name, shape, spot));
      continue;
    }
    if (item === null || item === undefined) continue;
    const before = faults.length;
    walk(item, field, spot, name, faults);
    const format = formats?.[name];
    const keyFormat = keys?.[name];
    // What is of a wrong type has no format either.
    if ((!format && !keyFormat) || faults.length > before) continue;
    const inner = { outer: spot, key: name, shape: field };
    if (format) checkFormat(item, format, inner, faults);
    if (keyFormat) {
      for (const key of Object.keys(item)) checkFormat(key, keyFormat, { outer: inner, key, shape: field }, faults, `A key of ${name}`);
    }
  }
  for (const name of shape.required) {
    const empty = value[name] === '' && !formats?.[name];
    if (empty || value[name] === undefined || value[name] === null) faults.push(missing(name, shape.type, pathOf(spot)));
  }
  for (const fault of conditionsOf(shape.type, value)) faults.push({ ...fault, field: [...pathOf(spot), ...fault.field] });
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
    if (named.length > 0) faults.push(duplicate(pathOf(spot), i, first!, named.map((name) => `${name} ${show(item[name])}`).join(', ')));
    seen.set(key, first ?? i);
  }
}

function checkEnum(value: string, values: readonly string[], spot: Spot, faults: Fault[]): void {
  // An empty text is what an API server mostly has a default for.
  if (
    values.includes(value) ||
    (value === '' && spot.outer?.shape.is === 'object' && !NEVER_EMPTY.has(`${spot.outer.shape.type}.${spot.key}`))
  )
    return;
  const guess = values.find((known) => known.toLowerCase() === value.toLowerCase()) ?? nearest(value, values);
  const field = pathOf(spot);
  faults.push({
    code: 'value-invalid',
    field,
    message: `${nameOf(field)} cannot be ${show(value)}.`,
    expected: `one of ${values.join(', ')}`,
    got: show(value),
    mend: guess ? `Write ${guess}, if that is what was meant.` : 'Write one of them.',
  });
}

/** Of a list or a map it is about each value. */
function checkFormat(value: unknown, format: Format, spot: Spot, faults: Fault[], name?: string): void {
  if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value))
      checkFormat(
        (value as Fields)[key],
        format,
        { outer: spot, key: Array.isArray(value) ? Number(key) : key, shape: spot.shape },
        faults,
      );
    return;
  }
  const expected = value === null ? undefined : format(value as never);
  if (expected === undefined) return;
  const field = pathOf(spot);
  faults.push({
    code: 'value-invalid',
    field,
    message: `${name ?? nameOf(field)} cannot be ${show(value)}.`,
    expected,
    got: show(value),
    mend: 'Write it like that: an API server refuses anything else.',
  });
}

function pathOf(spot: Spot): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Spot | undefined = spot; at; at = at.outer) if (at.key !== undefined) path.push(at.key);
  return path.toReversed();
}

/** Two items of a list that an API server tells apart by a key which is the same on both. */
function duplicate(at: FieldPath, i: number, first: number, what: string): Fault {
  return {
    code: 'item-taken',
    field: [...at, i],
    message: `Two items of ${nameOf(at)} have the same ${what}.`,
    expected: `another one than item ${first} has`,
    got: what,
    mend: 'Take one of them out, or name it differently.',
  };
}

function missing(name: string, type: string, at: FieldPath): Fault {
  return {
    code: 'field-missing',
    field: [...at, name],
    message: `A ${titleOf(type)} needs the field ${name}.`,
    expected: name,
    mend: `Add ${name}.`,
  };
}

/** `v1.PodSpec` → `PodSpec` */
function titleOf(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}

type Fields = Record<string, unknown>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownField(name: string, shape: Shape & { is: 'object' }, spot: Spot): Fault {
  const field = [...pathOf(spot), name];
  const fault = { code: 'field-unknown' as const, field, message: `A ${titleOf(shape.type)} has no field ${show(name)}.`, got: name };
  const known = [...shape.fields.keys()];
  const guess = known.find((other) => other.toLowerCase() === name.toLowerCase()) ?? nearest(name, known);
  if (guess) return { ...fault, expected: guess, mend: `Write ${guess}, if that is what was meant.` };
  // A field in the wrong place mostly stands too far in or out.
  for (let outer = spot.outer; outer; outer = outer.outer) {
    if (outer.shape.is !== 'object' || !outer.shape.fields.has(name)) continue;
    const path = pathOf(outer);
    return {
      ...fault,
      expected: `${name} in ${nameOf(path)}`,
      mend: `Move it out to ${pathText(path) || 'the top'}: it stands too far in.`,
    };
  }
  const [inner] = [...shape.fields].find(([, child]) => child.is === 'object' && child.fields.has(name)) ?? [];
  if (inner) return { ...fault, expected: `${name} in ${inner}`, mend: `Move it into ${inner}: it stands too far out.` };
  return {
    ...fault,
    expected: `one of ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`,
    mend: 'Take it out: nothing reads it, and an API server refuses it.',
  };
}

function wrongType(value: unknown, expected: string, field: FieldPath): Fault {
  return {
    code: 'type-wrong',
    field,
    message: `${nameOf(field)} is ${kindOf(value)}.`,
    expected,
    got: show(value),
    mend: mendOf(value, expected),
  };
}

function mendOf(value: unknown, expected: string): string {
  if (expected === 'a list') return 'Put a dash before each item.';
  if (expected === 'a text' && typeof value === 'boolean')
    return 'Put it between quotes: "true", "yes" or whatever was meant; without them YAML makes a truth value of it.';
  if (expected === 'a text' && typeof value === 'number') return `Put it between quotes: ${JSON.stringify(String(value))}.`;
  if (typeof value === 'string' && /number/.test(expected) && /^-?\d+$/.test(value)) return 'Take the quotes away.';
  if (typeof value === 'string' && expected === 'true or false') return 'Write true or false, without quotes.';
  return `Write ${expected}.`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'boolean' ? 'a truth value' : typeof value === 'number' ? 'a number' : 'a map';
}

function nameOf(at: FieldPath): string {
  const name = at.findLast((part) => typeof part === 'string');
  return typeof at.at(-1) === 'number' ? `An item of ${name ?? 'the list'}` : (name ?? 'the object');
}

function pathText(at: FieldPath): string {
  return at.filter((part) => typeof part === 'string').join('.');
}
