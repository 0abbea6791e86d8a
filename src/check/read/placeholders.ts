import { valueAt, type FieldPath, type KubeObject } from '../../k8s/objects';
import { isBuiltIn } from '../schema/validate-object';

/** Text that is replaced before kubectl reads a file: `${APP}`, `$(APP)`, `$APP`, `{{ app }}`, `<APP>`, `__APP__`, `@APP@`, `%APP%`. */
const MARKED =
  /\$\{[^{}\n]*\}|\$\([A-Za-z_][\w.-]*\)|(?<![\w$])\$[A-Z][A-Z\d_]{2,}\b|\{\{[^{\n]*?\}\}|<[^<>\n]+>|__[A-Z][A-Z\d_]*?__|@@?[A-Z][A-Z\d_]+@@?|%%?[A-Z][A-Z\d_]{2,}%%?/;

/** `PROJECT_ID` and `replace-me`: placeholders only where Kubernetes allows no capital letters. */
const WORD =
  /(?<![A-Za-z\d])[A-Z][A-Z\d]*(?:[_-][A-Z\d]+)+(?![A-Za-z\d])|\b(?:REPLACE|CHANGE)[_-]?ME\b|\b(?:replace|change)[_-]me\b/;

/** The fields with names in lower-case letters, besides metadata.name. */
const LOWER_CASE = new Set([
  'namespace',
  'image',
  'host',
  'hosts',
  'hostname',
  'hostnames',
  'secretName',
  'claimName',
  'serviceName',
  'serviceAccountName',
  'storageClassName',
  'ingressClassName',
  'externalName',
]);

/** Fields whose text belongs to programs. Kubernetes replaces `$(NAME)` in some of them itself. */
const FREE_TEXT = new Set([
  'annotations',
  'args',
  'command',
  'description',
  'expression',
  'fieldPath',
  'key',
  'message',
  'messageExpression',
  'parameters',
  'path',
  'status',
  'subPathExpr',
  'value',
  'volumeAttributes',
]);

/** Fields of built-in kinds that contain data or schemas. */
const CONTENT: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['data', 'binaryData'],
  Secret: ['stringData'],
  CustomResourceDefinition: ['spec'],
};

/** The marked placeholder in a text, such as `${APP}`. */
export function placeholderIn(text: string): string | undefined {
  return MARKED.exec(text)?.[0];
}

/** The placeholder in a field of an object. */
export function placeholderAt(object: KubeObject, field: FieldPath): string | undefined {
  const text = valueAt(object, field);
  if (typeof text !== 'string') return undefined;
  const marked = placeholderIn(text);
  if (marked !== undefined || !isLowerCase(object, field)) return marked;
  // The tag of an image may have capital letters.
  return WORD.exec(field.at(-1) === 'image' ? text.replace(/[:@][^/]*$/, '') : text)?.[0];
}

function isLowerCase({ apiVersion }: KubeObject, field: FieldPath): boolean {
  const name = field.findLast((part) => typeof part === 'string') ?? '';
  // Roles may have any name.
  return LOWER_CASE.has(name) || (field.join('.') === 'metadata.name' && !apiVersion.startsWith('rbac.'));
}

/** Whether a text may contain placeholders. Most texts contain none, and their objects are not searched. */
export function mayHavePlaceholders(text: string): boolean {
  return MARKED.test(text) || WORD.test(text);
}

/** Tags of a template language: `{{ name }}`, `{% if name %}`, and `{name}` in front of other text. */
const TAG = /\{\{[^{]*?\}\}|\{%[^{]*?%\}|(?<=:[ \t]+)\{[\w-]+\}(?=[^\s,}#])/;

/** The first tag of a template language in a line. */
export function tagIn(line: string): string | undefined {
  return TAG.exec(line)?.[0];
}

/** A template as YAML: lines that contain only tags are empty, and other tags are placeholders of the same length. */
export function withoutTags(template: string): string {
  const ofLine = new RegExp(`^[ \\t]*(?:(?:${TAG.source})[ \\t]*)+$`, 'gm');
  const blank = (text: string) => text.replaceAll(/[^\n]/g, ' ');
  return template
    .replaceAll(ofLine, blank)
    .replaceAll(new RegExp(TAG.source, 'g'), (tag) =>
      tag.includes('\n') ? blank(tag) : `__${'T'.repeat(Math.max(tag.length - 4, 1))}__`,
    );
}

/** The fields of an object that contain placeholders. */
export function placeholdersIn(object: KubeObject): FieldPath[] {
  const { apiVersion, kind, metadata, ...rest } = object;
  const fields = [...texts(metadata, ['metadata'])];
  // The spec of a custom kind may itself be a template.
  if (isBuiltIn(apiVersion, kind))
    for (const [field, value] of Object.entries(rest))
      if (!CONTENT[kind]?.includes(field) && !FREE_TEXT.has(field)) fields.push(...texts(value, [field]));
  return fields.filter((field) => placeholderAt(object, field) !== undefined);
}

/** The fields with strings, without those whose text belongs to programs. */
function* texts(value: unknown, at: FieldPath): Generator<FieldPath> {
  if (typeof value === 'string') yield at;
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* texts(item, [...at, i]);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) if (!FREE_TEXT.has(key)) yield* texts(item, [...at, key]);
}
