import { quoted } from '../basics/typescript';
import type { CustomDefinition } from '../k8s/objects';
import { commentLines, DEEPEST, isRequired, innerSchema, propertyName, typeText, type Schema } from './type-text';

/** The first line of each module. A module without it was written by a person. */
export const HEADER = '// Written by `callsign import crd`. To change it, import the definition again.';

/** The module with one class for each served version of a custom kind. */
export function moduleText(definition: CustomDefinition, library: string): string {
  const { group, names, versions } = definition.spec;
  const served = versions.filter((version) => version.served);
  const first = mainVersion(served);
  const stored = { ...definition, spec: { ...definition.spec, versions: served.map(withoutTexts) } };
  return [
    HEADER,
    `import * as callsign from ${quoted(library)};`,
    `import type * as cdk8s from 'cdk8s';`,
    `import type * as constructs from 'constructs';`,
    '',
    ...served.flatMap((version) =>
      classLines({
        name: `${className(names.kind)}${version === first ? '' : className(version.name)}`,
        version: version.name,
        title: `${names.kind} of ${group}/${version.name}`,
        schema: schemaOf(version),
      }),
    ),
    `const definition = JSON.parse(`,
    `  ${quoted(JSON.stringify(stored))},`,
    `) as callsign.CustomDefinition;`,
    '',
  ].join('\n');
}

interface ClassToWrite {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly schema: Schema;
}

function classLines({ name, version, title, schema }: ClassToWrite): string[] {
  const properties = innerSchema(schema, 'properties');
  // The cluster writes the status, and the class knows the apiVersion and the kind.
  const fields = Object.keys(properties).filter(
    (field) => !['apiVersion', 'kind', 'metadata', 'status'].includes(field),
  );
  const required = fields.filter((field) => isRequired(schema, field));
  const { description } = schema;
  return [
    `/** The fields of a ${title}. */`,
    `export interface ${name}Props {`,
    `  /** @default - the id of the construct is the name */`,
    `  readonly metadata?: cdk8s.ApiObjectMetadata;`,
    ...fields.flatMap((field) => [
      ...commentLines(innerSchema(properties, field), '  '),
      `  readonly ${propertyName(field)}${required.includes(field) ? '' : '?'}: ${typeText(innerSchema(properties, field), '  ')};`,
    ]),
    ...(fields.length === 0 ? ['  readonly [field: string]: unknown;'] : []),
    `}`,
    '',
    ...commentLines({ description: typeof description === 'string' ? description : `A ${title}.` }, ''),
    `export class ${name} extends callsign.CustomResource {`,
    `  constructor(scope: constructs.Construct, id: string, props: ${name}Props${required.length > 0 ? '' : ' = {}'}) {`,
    `    super(scope, id, definition, ${quoted(version)}, { ...props });`,
    `  }`,
    `}`,
    '',
  ];
}

type Version = CustomDefinition['spec']['versions'][number];

function schemaOf(version: Version): Schema {
  return innerSchema({ ...version.schema }, 'openAPIV3Schema');
}

/** The version whose class has no suffix: the most stable one, and of these the newest, as kubectl chooses. */
function mainVersion(versions: readonly Version[]): Version | undefined {
  return versions.toSorted((a, b) => compare(rankOf(b.name), rankOf(a.name)))[0];
}

function rankOf(name: string): readonly number[] {
  const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name) ?? [];
  if (major === undefined) return [-1];
  return [stage === undefined ? 2 : stage === 'beta' ? 1 : 0, Number(major), Number(minor ?? 0)];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value - (b[i] ?? -1);
  return 0;
}

/** `v1alpha1` → `V1alpha1` */
function className(name: string): string {
  const letters = name.replace(/[^A-Za-z0-9]+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');
  return `${letters[0]!.toUpperCase()}${letters.slice(1)}`;
}

/** The check needs the schema, but neither its descriptions nor the status, which the cluster writes. */
function withoutTexts(version: Version): Version {
  const { properties, ...schema } = schemaOf(version);
  const { status, ...fields } = innerSchema({ properties }, 'properties');
  const openAPIV3Schema = {
    ...(stripped(schema) as Schema),
    ...(properties !== undefined && {
      properties: {
        ...(stripped(fields, false) as Schema),
        ...(status !== undefined && { status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }),
      },
    }),
  };
  return { name: version.name, served: true, ...(version.schema && { schema: { openAPIV3Schema } }) };
}

/** `isSchema` is false for the properties of a schema: their keys are names of fields, such as `description`. */
function stripped(value: unknown, isSchema = true, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST * 2) return {};
  if (Array.isArray(value)) return value.map((item) => stripped(item, isSchema, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !isSchema || !TEXTS.has(key))
      .map(([key, item]) => [key, stripped(item, !isSchema || key !== 'properties', depth + 1)]),
  );
}

const TEXTS = new Set(['description', 'example', 'externalDocs', 'title']);
