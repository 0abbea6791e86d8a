import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Limits } from './custom-limits';
import { DEFAULTED, REQUIRED } from './presence';

/** What an API server publishes about itself, without prose: `kubernetes.json`, written by `npm run schemas`. */
export interface Schemas {
  /** The version of Kubernetes. */
  readonly version: string;
  /** `apps/v1 Deployment` → its type, and ` cluster` where its objects live in no namespace. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, TypeSchema>>;
}

/** An object with fields. */
export interface TypeSchema {
  readonly required?: readonly string[];
  /**
   * Each field with an expression: `string`, `int32`, `quantity`, the name of a type, `"A"|"B"` for one of these texts,
   * `{X}` for a map, `X[]` for a list, `X[name]` for one whose items have different names.
   */
  readonly fields: Readonly<Record<string, string>>;
}

/** What a value has to be. */
export type Shape =
  | ObjectLike
  | { readonly is: 'list'; readonly of: Shape; readonly keys: readonly string[] }
  | { readonly is: 'map'; readonly of: Shape }
  | { readonly is: 'enum'; readonly values: readonly string[]; readonly literal?: boolean }
  | { readonly is: 'limited'; readonly of: Shape; readonly limits: Limits }
  | { readonly is: Primitive };

interface ObjectLike {
  readonly is: 'object';
  readonly type: string;
  readonly required: readonly string[];
  readonly fields: ReadonlyMap<string, Shape>;
  /** Whether it may have further fields. */
  readonly open?: boolean;
  /** Whether an empty text is a text, and not what is not there. */
  readonly literal?: boolean;
}

export type Primitive =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'number'
  | 'quantity'
  | 'int-or-string'
  | 'time'
  | 'base64'
  | 'any';

let loaded: Schemas | undefined;

/** Read when something is checked, and once. */
export function schemas(): Schemas {
  loaded ??= JSON.parse(readFileSync(join(__dirname, 'kubernetes.json'), 'utf8')) as Schemas;
  return loaded;
}

/** What an object of that kind looks like; undefined for kinds of other people. */
export function shapeOfKind(apiVersion: string, kind: string): Shape | undefined {
  const type = schemas().kinds[`${apiVersion} ${kind}`]?.split(' ')[0];
  return type === undefined ? undefined : shapeOf(type);
}

/** What the metadata of every object looks like. */
export function metadataShape(): Shape {
  return shapeOf('meta/v1.ObjectMeta');
}

/** Whether objects of a kind live in no namespace. */
export function isClusterScoped(apiVersion: string, kind: string): boolean {
  return schemas().kinds[`${apiVersion} ${kind}`]?.endsWith(' cluster') ?? false;
}

const shapes = new Map<string, Shape>();

function shapeOf(expression: string): Shape {
  let shape = shapes.get(expression);
  if (shape === undefined) shapes.set(expression, (shape = parse(expression)));
  return shape;
}

function parse(expression: string): Shape {
  if (expression.endsWith(']')) {
    const open = expression.lastIndexOf('[');
    return {
      is: 'list',
      of: shapeOf(expression.slice(0, open)),
      keys: expression
        .slice(open + 1, -1)
        .split(',')
        .filter(Boolean),
    };
  }
  if (expression.startsWith('{')) return { is: 'map', of: shapeOf(expression.slice(1, -1)) };
  if (expression.startsWith('"'))
    return { is: 'enum', values: expression.split('|').map((value) => JSON.parse(value) as string) };
  const type = schemas().types[expression];
  return type ? new ObjectShape(expression, type) : { is: expression as Primitive };
}

/** Its fields are parsed when one is asked for: types contain each other, and most are never met. */
class ObjectShape {
  readonly is = 'object';
  readonly required: readonly string[];
  #fields: ReadonlyMap<string, Shape> | undefined;

  constructor(
    readonly type: string,
    private readonly schema: TypeSchema,
  ) {
    this.required = [...(schema.required ?? []), ...(REQUIRED[type] ?? [])].filter(
      (field) => !DEFAULTED.has(`${type}.${field}`),
    );
  }

  get fields(): ReadonlyMap<string, Shape> {
    this.#fields ??= new Map(
      Object.entries(this.schema.fields).map(([name, expression]) => [name, shapeOf(expression)]),
    );
    return this.#fields;
  }
}
