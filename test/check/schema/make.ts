import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonLines, shortName } from './generated-json';
import type { Schemas, TypeSchema } from '../../../src/check/schema/schemas';

// Writes src/check/schema/kubernetes.json from the OpenAPI document of the API server of the current cluster. This document
// has more information than the one in the Kubernetes repository, such as the values of enumerations.

interface OpenApi {
  readonly paths: Record<
    string,
    Record<string, { 'x-kubernetes-group-version-kind'?: Gvk; 'x-kubernetes-action'?: string }>
  >;
  readonly components: { readonly schemas: Record<string, Schema> };
}

interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-group-version-kind'?: readonly Gvk[];
}

/** Types whose parser is stricter than their schema. */
const PRIMITIVES: Record<string, string> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'int-or-string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'any',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'any',
  // The schema in a CustomResourceDefinition is checked separately.
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps': 'any',
};

const raw = (path: string) =>
  JSON.parse(execFileSync('kubectl', ['get', '--raw', path], { encoding: 'utf8', maxBuffer: 1 << 28 })) as unknown;

const { paths } = raw('/openapi/v3') as { paths: Record<string, unknown> };
const documents = Object.keys(paths)
  .filter((path) => /^(api|apis\/[^/]+)\/v\d+$/.test(path))
  .map((path) => raw(`/openapi/v3/${path}`) as OpenApi);
const definitions: Record<string, Schema> = Object.assign({}, ...documents.map(({ components }) => components.schemas));

function expression(schema: Schema, field: string, reached: Set<string>): string {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (reference !== undefined) {
    const name = reference.split('/').at(-1)!;
    if (PRIMITIVES[name] !== undefined) return PRIMITIVES[name];
    const { properties, type } = definitions[name]!;
    if (!properties) return type === 'object' ? '{any}' : 'any';
    reached.add(name);
    return shortName(name);
  }
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join('|');
  switch (schema.type) {
    case 'array':
      return `${expression(schema.items!, field, reached)}[${schema['x-kubernetes-list-map-keys']?.join(',') ?? ''}]`;
    case 'object':
      return `{${schema.additionalProperties ? expression(schema.additionalProperties, field, reached) : 'any'}}`;
    case 'integer':
      return schema.format ?? 'int64';
    case 'number':
      return 'number';
    case 'string':
      return schema.format === 'byte' ? 'base64' : 'string';
    case 'boolean':
      return 'boolean';
    default:
      return 'any';
  }
}

const kinds: Record<string, string> = {};
const scopes = new Map<string, boolean>();
for (const document of documents) {
  for (const [path, methods] of Object.entries(document.paths)) {
    const gvk =
      methods.post?.['x-kubernetes-action'] === 'post' ? methods.post['x-kubernetes-group-version-kind'] : undefined;
    if (gvk && !/\{name\}/.test(path))
      scopes.set([gvk.group, gvk.version, gvk.kind].join('/'), path.includes('{namespace}'));
  }
}
const toDo: string[] = [];
for (const [name, schema] of Object.entries(definitions)) {
  for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
    const namespaced = scopes.get([group, version, kind].join('/'));
    // Kinds that cannot be created do not appear in manifests.
    if (namespaced === undefined || !name.endsWith(`.${kind}`)) continue;
    kinds[`${group ? `${group}/` : ''}${version} ${kind}`] = `${shortName(name)}${namespaced ? '' : ' cluster'}`;
    toDo.push(name);
  }
}

const types: Record<string, TypeSchema> = {};
for (let name = toDo.pop(); name !== undefined; name = toDo.pop()) {
  if (types[shortName(name)]) continue;
  const { properties = {}, required } = definitions[name]!;
  const reached = new Set<string>();
  const fields = Object.entries(properties).map(
    ([field, schema]) =>
      [field, field === 'status' && properties.spec ? '{any}' : expression(schema, field, reached)] as const,
  );
  types[shortName(name)] = { ...(required ? { required } : {}), fields: Object.fromEntries(fields) };
  toDo.push(...reached);
}

const { gitVersion } = raw('/version') as { gitVersion: string };
const text = `{\n"version":${JSON.stringify(gitVersion)},\n"kinds":{\n${jsonLines(kinds)}\n},\n"types":{\n${jsonLines(types)}\n}}\n`;
JSON.parse(text) satisfies Schemas;
writeFileSync(join(__dirname, '../../../src/check/schema/kubernetes.json'), text);
console.log(
  `${gitVersion}: ${Object.keys(kinds).length} kinds, ${Object.keys(types).length} types, ${text.length} bytes`,
);
