import type { KubeObject } from '../../k8s/objects';
import { own } from '../../basics/own';
import { record } from './internal/consistency/consistency-check';
import { limitsOf, type OpenApi } from './internal/custom-limits';
import { metadataShape, type Shape } from './schemas';

/** The fields of a CustomResourceDefinition that are read. They may have any value. */
interface Definition {
  readonly spec?: {
    readonly group?: unknown;
    readonly names?: { readonly kind?: unknown } | null;
    readonly versions?: unknown;
  };
}

/** The kinds that CustomResourceDefinitions define: `example.com Shirt` → each served version with its shape. */
export type CustomKinds = ReadonlyMap<string, ReadonlyMap<string, Shape>>;

export function readCustomKinds(definitions: readonly KubeObject[]): CustomKinds {
  const kinds = new Map<string, Map<string, Shape>>();
  for (const { apiVersion, spec } of definitions as readonly (KubeObject & Definition)[]) {
    const kind = spec?.names?.kind;
    if (apiVersion !== 'apiextensions.k8s.io/v1' || typeof kind !== 'string' || !Array.isArray(spec?.versions))
      continue;
    const versions = new Map<string, Shape>();
    for (const { name, served, schema } of spec.versions.map(record)) {
      if (typeof name === 'string' && served !== false)
        versions.set(name, rootShape(kind, record(record(schema).openAPIV3Schema)));
    }
    kinds.set(`${String(spec.group)} ${kind}`, versions);
  }
  return kinds;
}

const ANY: Shape = { is: 'any' };
const TEXT: Shape = { is: 'string' };
const NAME: Shape = {
  is: 'limited',
  of: TEXT,
  limits: (value) => (value === '' ? 'a string that is not empty' : undefined),
};

/** The fields that every object has. */
const OBJECT_FIELDS = (): [string, Shape][] => [
  ['apiVersion', NAME],
  ['kind', NAME],
  ['metadata', metadataShape()],
];

function rootShape(kind: string, schema: OpenApi): Shape {
  return schema.type === 'object' ? new CustomObject(kind, { ...schema, 'x-kubernetes-embedded-resource': true }) : ANY;
}

function shapeOf(schema: OpenApi, name: string): Shape {
  const shape = plainShape(schema, name);
  const limits = limitsOf(schema);
  return limits ? { is: 'limited', of: shape, limits } : shape;
}

function plainShape(schema: OpenApi, name: string): Shape {
  if (schema['x-kubernetes-int-or-string'] === true) return { is: 'int-or-string' };
  switch (schema.type) {
    case 'object':
      return schema.additionalProperties === undefined || schema.additionalProperties === false
        ? new CustomObject(name, schema)
        : new CustomItems('map', record(schema.additionalProperties), name);
    case 'array':
      return new CustomItems('list', itemsOf(schema), name, schema['x-kubernetes-list-map-keys']);
    case 'string':
      return isTexts(schema.enum) ? { is: 'enum', values: schema.enum, literal: true } : TEXT;
    case 'integer':
      return { is: schema.format === 'int32' ? 'int32' : 'int64' };
    case 'number':
    case 'boolean':
      return { is: schema.type };
    default:
      return ANY;
  }
}

/** The schema of the items of a list. A list that keeps unknown fields keeps those of its items, but not below them. */
function itemsOf(schema: OpenApi): OpenApi {
  const items = record(schema.items);
  return keepsUnknown(schema) ? { ...items, 'x-kubernetes-preserve-unknown-fields': true } : items;
}

function keepsUnknown(schema: OpenApi): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true;
}

/** An object of a custom schema. Its fields are converted at the first use, because most of a schema is never used. */
class CustomObject {
  readonly is = 'object';
  /** An empty string is a value here. */
  readonly literal = true;
  readonly open: boolean;
  readonly required: readonly string[];
  #fields: ReadonlyMap<string, Shape> | undefined;

  constructor(
    readonly type: string,
    private readonly schema: OpenApi,
  ) {
    this.open = keepsUnknown(schema);
    const needed = [
      ...(isTexts(schema.required) ? schema.required : []),
      ...(isObject(schema) ? ['apiVersion', 'kind'] : []),
    ];
    // The API server sets defaults, and null can be a valid value.
    this.required = needed.filter(
      (field) => this.#property(field).default === undefined && this.#property(field).nullable !== true,
    );
  }

  get fields(): ReadonlyMap<string, Shape> {
    this.#fields ??= new Map([
      ...Object.keys(record(this.schema.properties)).map((name): [string, Shape] => [
        name,
        shapeOf(this.#property(name), `${this.type}.${name}`),
      ]),
      ...(isObject(this.schema) ? OBJECT_FIELDS() : []),
    ]);
    return this.#fields;
  }

  #property(name: string): OpenApi {
    return record(own(record(this.schema.properties), name));
  }
}

class CustomItems<Is extends 'list' | 'map'> {
  readonly keys: readonly string[];
  #of: Shape | undefined;

  constructor(
    readonly is: Is,
    private readonly schema: OpenApi,
    private readonly name: string,
    keys?: unknown,
  ) {
    this.keys = isTexts(keys) ? keys : [];
  }

  get of(): Shape {
    this.#of ??= shapeOf(this.schema, this.name);
    return this.#of;
  }
}

/** Whether the value is an embedded Kubernetes object. */
function isObject(schema: OpenApi): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
