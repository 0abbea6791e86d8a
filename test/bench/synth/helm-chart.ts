import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { KubeObject } from '../../../src/k8s/objects';

/** A part of a template: the same text for all objects, or the name of a value. */
type Node =
  | { readonly is: 'text'; readonly value: unknown }
  | { readonly is: 'value'; readonly name: string; readonly isScalar: boolean }
  | { readonly is: 'map'; readonly fields: readonly Field[] }
  | { readonly is: 'list'; readonly items: readonly Node[] };
interface Field {
  readonly key: string;
  readonly node: Node;
  /** Some objects do not have the field. */
  readonly isOptional: boolean;
}

/**
 * Writes a Helm chart of objects: a template for each kind, and the values of each microservice. What all objects of a kind
 * have in common is the text of the template, and what differs is a value.
 */
export function writeHelmChart(folder: string, objects: readonly KubeObject[]): void {
  mkdirSync(join(folder, 'templates'), { recursive: true });
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 1.0.0\n');
  const microservices = new Map<string, Record<string, object>>();
  for (const kind of new Set(objects.map((object) => object.kind))) {
    const ofKind = objects.filter((object) => object.kind === kind);
    const { node, values } = templateOf(ofKind);
    const id = kind[0]!.toLowerCase() + kind.slice(1);
    for (const [i, { metadata }] of ofKind.entries())
      microservices.set(metadata.name, { ...microservices.get(metadata.name), [id]: values[i]! });
    const body = lines(node, 0).join('\n');
    writeFileSync(
      join(folder, 'templates', `${id}.yaml`),
      `{{- range .Values.microservices }}\n{{- with .${id} }}\n---\n${body}\n{{- end }}\n{{- end }}\n`,
    );
  }
  writeFileSync(
    join(folder, 'values.yaml'),
    stringify({ microservices: [...microservices.values()] }, { aliasDuplicateObjects: false }),
  );
}

function templateOf(objects: readonly object[]): { node: Node; values: Record<string, unknown>[] } {
  const values: Record<string, unknown>[] = objects.map(() => ({}));
  /** The names of values, by what they are in each object. Equal values have one name. */
  const names = new Map<string, string>();
  const valueNode = (all: readonly unknown[], hint: string): Node => {
    const key = JSON.stringify(all);
    const name = names.get(key) ?? `${hint.replace(/\W/g, '')}${names.size}`;
    names.set(key, name);
    for (const [i, value] of all.entries()) if (value !== undefined) values[i]![name] = value;
    return { is: 'value', name, isScalar: all.every((value) => typeof value !== 'object') };
  };
  const common = (all: readonly unknown[], hint: string): Node => {
    const [first] = all;
    if (all.every((value) => JSON.stringify(value) === JSON.stringify(first))) return { is: 'text', value: first };
    if (all.every(isRecord)) {
      const keys = [...new Set(all.flatMap((value) => Object.keys(value)))];
      const fields = keys.map((key): Field => {
        const column = all.map((value) => value[key]);
        const isOptional = column.includes(undefined);
        return { key, isOptional, node: isOptional ? valueNode(column, key) : common(column, key) };
      });
      return { is: 'map', fields };
    }
    if (all.every(Array.isArray) && all.every(({ length }) => length === (first as unknown[]).length))
      return {
        is: 'list',
        items: (first as unknown[]).map((_, i) =>
          common(
            all.map((list) => (list as unknown[])[i]),
            hint,
          ),
        ),
      };
    return valueNode(all, hint);
  };
  return { node: common(objects, 'value'), values };
}

function lines(node: Node, indent: number): string[] {
  const space = ' '.repeat(indent);
  switch (node.is) {
    case 'text':
      return stringify(node.value, { aliasDuplicateObjects: false, lineWidth: 0 })
        .trimEnd()
        .split('\n')
        .map((line) => space + line);
    case 'value':
      return [node.isScalar ? `${space}{{ .${node.name} | toJson }}` : `{{ toYaml .${node.name} | indent ${indent} }}`];
    case 'map':
      return node.fields.flatMap(({ key, node: field, isOptional }) => {
        const written = [`${space}${JSON.stringify(key)}:`, ...lines(field, indent + 2)];
        return isOptional ? [`{{- if .${(field as { name: string }).name} }}`, ...written, '{{- end }}'] : written;
      });
    default:
      return node.items.flatMap((item) => [`${space}-`, ...lines(item, indent + 2)]);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
