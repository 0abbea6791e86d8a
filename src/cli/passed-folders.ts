import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readDocuments } from '../check/read/documents';
import type { KubeObject } from '../k8s/objects';
import { isForeign, KUSTOMIZATION, type PassedFolder } from './files';

/** Longer files are skipped: they seldom contain what other manifests refer to by name. */
const LONGEST = 4 * 1024 * 1024;

/** The objects that skipped folders declare. They are not checked, but other manifests may refer to them. */
export function objectsIn(folders: readonly PassedFolder[]): KubeObject[] {
  return folders.flatMap(({ folder }) => [
    ...(existsSync(join(folder, 'Chart.yaml')) ? objectsOfChart(folder) : objectsOfKustomization(folder)),
  ]);
}

/** The objects of the files, and those that a kustomization generates. A kustomization may add a prefix to all names. */
function* objectsOfKustomization(folder: string): Generator<KubeObject> {
  const objects: KubeObject[] = [];
  const affixes: [prefix: string, suffix: string][] = [];
  for (const [file, text] of filesBelow(folder)) {
    for (const { value } of readDocuments(text, file, [])) {
      if (isKustomization(file, value)) {
        const { namePrefix = '', nameSuffix = '' } = value;
        if (typeof namePrefix === 'string' && typeof nameSuffix === 'string' && namePrefix + nameSuffix !== '')
          affixes.push([namePrefix, nameSuffix]);
        objects.push(...generatedBy(value));
      } else objects.push(...objectsOf(value));
    }
  }
  yield* objects;
  for (const [prefix, suffix] of affixes)
    for (const object of objects)
      yield { ...object, metadata: { ...object.metadata, name: `${prefix}${object.metadata.name}${suffix}` } };
}

type Fields = Readonly<Record<string, unknown>>;

function isKustomization(file: string, value: unknown): value is Fields {
  return isFields(value) && (KUSTOMIZATION.test(basename(file)) || String(value.apiVersion).startsWith('kustomize.'));
}

function* generatedBy(kustomization: Fields): Generator<KubeObject> {
  for (const [field, kind] of [
    ['configMapGenerator', 'ConfigMap'],
    ['secretGenerator', 'Secret'],
  ] as const)
    for (const generator of arrayOf(kustomization[field]))
      if (isFields(generator) && typeof generator.name === 'string')
        yield { apiVersion: 'v1', kind, metadata: { name: generator.name } };
}

function* objectsOf(value: unknown): Generator<KubeObject> {
  if (!isFields(value)) return;
  const { apiVersion, kind, metadata, items } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return;
  if (isFields(metadata) && typeof metadata.name === 'string') yield value as unknown as KubeObject;
  else for (const item of arrayOf(items)) yield* objectsOf(item);
}

/** The kinds and names in the templates of a chart. An expression in a name stands for any text. */
function* objectsOfChart(folder: string): Generator<KubeObject> {
  const [, own = basename(folder)] =
    /^name:\s*["']?([\w.-]+)/m.exec(readFileSync(join(folder, 'Chart.yaml'), 'utf8')) ?? [];
  for (const [, text] of filesBelow(folder)) {
    for (const part of text.split(/^---/m)) {
      const [, kind] = /^kind:\s*["']?(\w+)/m.exec(part) ?? [];
      const [, template] = /^metadata:\s*$[^]*?^\s+name:\s*(.+)$/m.exec(part) ?? [];
      const name = template?.replace(/\{\{.*?\}\}/g, '*').replace(/\s+#.*$|["'\s]/g, '');
      if (kind === undefined || !name) continue;
      // A name without a fixed part contains the name of the chart.
      for (const one of /[^*]/.test(name) ? [name] : [own, `*-${own}`])
        yield { apiVersion: 'v1', kind, metadata: { name: one }, spec: { template: podTemplateIn(part) } };
    }
  }
}

/** The pod template in the text of a workload, with its labels that contain no expression. */
function podTemplateIn(text: string): object | undefined {
  const [, pod] = /^ {2}template:[ \t]*$([^]*)/m.exec(text) ?? [];
  if (pod === undefined) return undefined;
  const [, lines = ''] = /^ +labels:[ \t]*\n((?: {8}.*\n)+)/m.exec(pod) ?? [];
  const labels = [...lines.matchAll(/^ {8}["']?([\w./-]+)["']?:[ \t]+["']?([\w.-]+)["']?[ \t]*$/gm)];
  return {
    metadata: { labels: Object.fromEntries(labels.map(([, key, value]) => [key, value])) },
    spec: { containers: [] },
  };
}

function* filesBelow(folder: string, seen = new Set<string>()): Generator<[file: string, text: string]> {
  const { dev, ino } = statSync(folder);
  if (seen.has(`${dev}:${ino}`)) return;
  seen.add(`${dev}:${ino}`);
  for (const entry of readdirSync(folder).toSorted()) {
    if (isForeign(folder, entry)) continue;
    const path = join(folder, entry);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) yield* filesBelow(path, seen);
    else if (stats?.isFile() && stats.size <= LONGEST && /\.(ya?ml|json)$|^Kustomization$/.test(entry))
      yield [path, readFileSync(path, 'utf8')];
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
