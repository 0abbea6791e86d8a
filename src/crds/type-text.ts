import { own } from '../basics/own';
import { quoted } from '../basics/typescript';

/** A part of the schema of a custom kind. It has not been validated. */
export type Schema = Readonly<Record<string, unknown>>;

/** Schemas are trees. Only a YAML alias inside its own anchor makes a circle. */
export const DEEPEST = 60;

/**
 * The TypeScript type of a schema. Nested objects are written where they occur: they need no names, so no two names
 * clash. Utility types are not used, because a custom kind can have the same name.
 */
export function typeText(schema: Schema, indent = '', depth = 0): string {
  const text = depth > DEEPEST ? 'unknown' : plainType(schema, indent, depth);
  return schema.nullable === true && text !== 'unknown' ? `${text} | null` : text;
}

function plainType(schema: Schema, indent: string, depth: number): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'number | string';
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return enumType(schema.enum);
  switch (schema.type) {
    case 'object':
      return objectType(schema, indent, depth);
    case 'array':
      return `readonly ${bracketed(typeText(innerSchema(schema, 'items'), indent, depth + 1))}[]`;
    case 'string':
    case 'boolean':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    default:
      return 'unknown';
  }
}

function objectType(schema: Schema, indent: string, depth: number): string {
  const properties = innerSchema(schema, 'properties');
  const names = Object.keys(properties);
  const { additionalProperties } = schema;
  if (names.length === 0 && typeof additionalProperties === 'object' && additionalProperties !== null)
    return `{ readonly [key: string]: ${typeText(additionalProperties as Schema, indent, depth + 1)} }`;
  const inner = `${indent}  `;
  const open =
    names.length === 0 ||
    additionalProperties === true ||
    schema['x-kubernetes-preserve-unknown-fields'] === true ||
    schema['x-kubernetes-embedded-resource'] === true;
  if (names.length === 0) return '{ readonly [field: string]: unknown }';
  return [
    '{',
    ...names.flatMap((name) => fieldLines(name, innerSchema(properties, name), isRequired(schema, name), inner, depth)),
    ...(open ? [`${inner}readonly [field: string]: unknown;`] : []),
    `${indent}}`,
  ].join('\n');
}

function fieldLines(name: string, schema: Schema, required: boolean, indent: string, depth: number): string[] {
  return [
    ...commentLines(schema, indent),
    `${indent}readonly ${propertyName(name)}${required ? '' : '?'}: ${isInherited(name) ? 'any' : typeText(schema, indent, depth + 1)};`,
  ];
}

/** Whether every object inherits a member of that name, such as `constructor`. An exact type would refuse all objects. */
function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** The description and the default of a schema as a doc comment. */
export function commentLines({ description, default: preset }: Schema, indent: string): string[] {
  const lines = [
    ...(typeof description === 'string' ? description.trim().split(/\r?\n/) : []),
    ...(preset === undefined ? [] : [`@default ${JSON.stringify(preset)}`]),
  ].map((line) => line.replaceAll('*/', '*\\/').trimEnd());
  if (lines.length === 0) return [];
  if (lines.length === 1) return [`${indent}/** ${lines[0]} */`];
  return [`${indent}/**`, ...lines.map((line) => `${indent} *${line && ' '}${line}`), `${indent} */`];
}

/** Whether a field must be written: it is required, and the API server has no default for it. */
export function isRequired(schema: Schema, name: string): boolean {
  const { required } = schema;
  const property = innerSchema(innerSchema(schema, 'properties'), name);
  return Array.isArray(required) && required.includes(name) && property.default === undefined;
}

export function innerSchema(schema: Schema, name: string): Schema {
  const part = own(schema, name);
  return typeof part === 'object' && part !== null && !Array.isArray(part) ? (part as Schema) : {};
}

function enumType(values: readonly unknown[]): string {
  const known = values.every((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value));
  return known
    ? [...new Set(values)].map((value) => (typeof value === 'string' ? quoted(value) : String(value))).join(' | ')
    : 'unknown';
}

/** The type of an item, in brackets if `[]` would bind to a part of it. */
function bracketed(type: string): string {
  return /^(\w+|\{[^]*\})$/.test(type) ? type : `(${type})`;
}

export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}
