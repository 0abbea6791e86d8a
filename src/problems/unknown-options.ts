import { nearest } from '../basics/nearest';
import { own } from '../basics/own';
import { show } from '../basics/text';
import { row, type ProblemRow } from './problem';

/** The keys of a type; of all members if it is a union. */
export type KeyOfUnion<T> = T extends unknown ? keyof T : never;

/**
 * The names of all options. A name that is missing does not compile. `true` stands for a plain value, and `opaque` for
 * an object that is not a set of options, such as a construct. In a list or a map with any keys, `[names]` describes
 * each item.
 */
export type OptionNames<Options> = {
  readonly [Name in KeyOfUnion<Options>]: NamesOf<Nested<ValueIn<Options, Name>>>;
};

type Plain = string | number | boolean | null | undefined;
/** `string` and patterns such as `/${string}` are the keys of a map. */
type IsMap<T> = `/${string}` extends keyof T ? true : false;
type ValueIn<T, Name> = T extends unknown ? (Name extends keyof T ? T[Name] : never) : never;
/** The possible values that can contain options: no plain values, and no lists or maps of plain values. */
type Nested<Value> = Value extends Plain | readonly Plain[]
  ? never
  : IsMap<Value> extends true
    ? [Value[keyof Value]] extends [Plain]
      ? never
      : Value
    : Value;
type NamesOf<Value> = [Value] extends [never] ? true : 'opaque' | NamesIn<Value>;
type NamesIn<Value> = [Value] extends [readonly (infer Item)[]]
  ? readonly [OptionNames<Nested<Item>>]
  : IsMap<Value> extends true
    ? readonly [OptionNames<Nested<Value[keyof Value]>>]
    : OptionNames<Value>;

/** Names of Kubernetes and Compose, with the option that says the same here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  containerPort: 'port',
  cmd: 'command',
  entrypoint: 'command',
  environment: 'env',
  healthcheck: 'health',
  livenessProbe: 'health',
  liveness: 'live',
  readinessProbe: 'health',
  readiness: 'ready',
  scale: 'replicas',
  startupProbe: 'health',
  working_dir: 'workingDir',
};

/** The names of options, without their types. */
export interface AnyNames {
  readonly [name: string]: true | 'opaque' | AnyNames | readonly [AnyNames];
}

/**
 * The problems of options that do not exist. The command line does not check types, so a wrong name would have no
 * effect and no message. The text of a problem does not contain the value, because it can be a secret.
 */
export function* unknownOptions(given: unknown, names: AnyNames, path = ''): Generator<ProblemRow> {
  if (!isPlainObject(given)) return;
  for (const key of Reflect.ownKeys(given)) {
    const name = String(key);
    const known = typeof key === 'string' ? own(names, key) : undefined;
    const field = path === '' ? name : `${path}.${name}`;
    if (known === undefined) yield unknownOption(name, field, Object.keys(names));
    else if (isEach(known)) yield* unknownInItems(given[name], known[0], field);
    else if (typeof known === 'object') yield* unknownOptions(given[name], known, field);
  }
}

/** The options that exist. */
export function knownOptions<T extends object>(given: T, names: AnyNames): T {
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(names, name))) as T;
}

function* unknownInItems(items: unknown, names: AnyNames, field: string): Generator<ProblemRow> {
  const isList = Array.isArray(items);
  if (!isList && !isPlainObject(items)) return;
  for (const [key, item] of Object.entries(items))
    yield* unknownOptions(item, names, isList ? `${field}[${key}]` : `${field}['${key}']`);
}

function unknownOption(name: string, field: string, known: readonly string[]): ProblemRow {
  const other = own(OTHER_NAMES, name);
  const guess = other !== undefined && known.includes(other) ? other : nearest(name, known);
  return row('option-unknown', {
    message: `The option ${show(name)} is unknown.`,
    field,
    expected: known.length === 1 ? known[0] : `one of ${known.join(', ')}`,
    got: show(name),
    fix: guess ? `Did you mean ${guess}? Otherwise, remove it.` : 'Remove it, or use one of the expected options.',
  });
}

function isEach(names: AnyNames[string]): names is readonly [AnyNames] {
  return Array.isArray(names);
}

/** Whether a value is an object literal: no construct, no list and no other object of a class. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The Object.prototype can be the one of another realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
