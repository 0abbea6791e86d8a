import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../../basics/package-folder';
import type { Limits } from './internal/custom-limits';
import { DEFAULTED, REQUIRED } from './internal/presence';

/** The OpenAPI schemas of Kubernetes without descriptions: `kubernetes.json`, written by `npm run schemas`. */
export interface Schemas {
  /** The version of Kubernetes. */
  readonly version: string;
  /** `apps/v1 Deployment` → its type, followed by ` cluster` for cluster-scoped kinds. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, TypeSchema>>;
}

/** An object with fields. */
export interface TypeSchema {
  readonly required?: readonly string[];
  /**
   * An expression for each field: `string`, `int32`, `quantity`, or the name of a type. An enumeration is `"A"|"B"`, a map
   * is `{X}`, a list is `X[]`, and a list whose items have unique names is `X[name]`.
   */
  readonly fields: Readonly<Record<string, string>>;
}

/** The type of a value. */
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
  /** Whether an empty string is a value and not a missing value. */
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

/** The schemas. They are read at the first use. */
export function schemas(): Schemas {
  loaded ??= JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'src/check/schema/kubernetes.json'), 'utf8')) as Schemas;
  return loaded;
}

/** The shape of an object of that kind, or undefined for custom kinds. */
export function shapeOfKind(apiVersion: string, kind: string): Shape | undefined {
  const type = schemas().kinds[`${apiVersion} ${kind}`]?.split(' ')[0];
  return type === undefined ? undefined : shapeOf(type);
}

/** The shape of the metadata of every object. */
export function metadataShape(): Shape {
  return shapeOf('meta/v1.ObjectMeta');
}

/** Whether a kind is cluster-scoped. */
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

/** An object type. Its fields are parsed at the first use, because types are recursive and most are never used. */
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
