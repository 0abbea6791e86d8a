import type { FieldPath, KubeObject } from '../../k8s/objects';
import { isBuiltIn } from '../schema/validate-object';

/** Text that is replaced before kubectl reads a file: `${APP}`, `$(APP)`, `{{ app }}`, `<APP>`, `__APP__`, `@APP@`, `%APP%`. */
const MARKED =
  /\$\{[^{}\n]*\}|\$\([A-Za-z_][\w.-]*\)|\{\{[^\n]*?\}\}|<[^<>\n]+>|__[A-Z][A-Z\d_]*?__|@@?[A-Z][A-Z\d_]+@@?|%%?[A-Z][A-Z\d_]+%%?/;

/** `PROJECT_ID` and `replace-me`: placeholders only where Kubernetes allows no capital letters. */
const WORD =
  /(?<![A-Za-z\d])[A-Z][A-Z\d]*(?:[_-][A-Z\d]+)+(?![A-Za-z\d])|\b(?:REPLACE|CHANGE)[_-]?ME\b|\b(?:replace|change)[_-]me\b/;

/** The fields with names in lower-case letters. */
const LOWER_CASE = new Set([
  'name',
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
  'messageExpression',
  'parameters',
  'path',
  'status',
  'subPathExpr',
  'value',
  'volumeAttributes',
]);

/** Lists whose names are names of variables. */
const VARIABLES = new Set(['env', 'envFrom']);

/** Fields of built-in kinds that contain data or schemas. */
const CONTENT: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['data', 'binaryData'],
  Secret: ['stringData'],
  CustomResourceDefinition: ['spec'],
};

/** The placeholder in a text, if there is one. */
export function placeholderIn(text: string, field?: string | number): string | undefined {
  const marked = MARKED.exec(text)?.[0];
  if (marked !== undefined || typeof field !== 'string' || !LOWER_CASE.has(field)) return marked;
  // The tag of an image may have capital letters.
  return WORD.exec(field === 'image' ? text.replace(/[:@][^/]*$/, '') : text)?.[0];
}

/** Whether a text may contain placeholders. Most texts contain none, and their objects are not searched. */
export function mayHavePlaceholders(text: string): boolean {
  return MARKED.test(text) || WORD.test(text);
}

/** Tags of a template language: `{{ name }}`, `{% if name %}`, and `{name}` in front of other text. */
const TAG = /\{\{[^]*?\}\}|\{%[^]*?%\}|(?<=:[ \t]+)\{[\w-]+\}(?=[^\s,}#])/;

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
  const found: FieldPath[] = [];
  // The spec of a custom kind may itself be a template.
  const { apiVersion, kind, metadata, ...rest } = object;
  search(metadata, ['metadata'], 'metadata', found);
  if (!isBuiltIn(apiVersion, kind)) return found;
  for (const [field, value] of Object.entries(rest))
    if (!CONTENT[kind]?.includes(field) && !FREE_TEXT.has(field)) search(value, [field], field, found);
  return found;
}

function search(value: unknown, at: FieldPath, field: string, found: FieldPath[]): void {
  if (typeof value === 'string') {
    if (placeholderIn(value, field) !== undefined) found.push(at);
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => search(item, [...at, i], VARIABLES.has(field) ? 'variable' : field, found));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (FREE_TEXT.has(key) || (field === 'variable' && key === 'name')) continue;
      search(item, [...at, key], key, found);
    }
  }
}
