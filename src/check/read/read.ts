import type { FieldPath, KubeObject, Manifest } from '../../k8s/objects';
import type { Place, Problem } from '../../problems/problem';
import { show } from '../../basics/text';
import type * as Documents from './documents';
import { isBuiltIn, mayBeBuiltIn } from '../schema/validate-object';
import { mayHavePlaceholders, placeholderAt, placeholdersIn, withoutTags } from './placeholders';

/** The contents of a YAML file. */
export interface ReadResult {
  readonly manifests: Manifest[];
  readonly problems: Problem[];
  /** The number of skipped documents: those that are not Kubernetes objects. */
  readonly passedOver: number;
}

/** Loaded with the first file, because a synthesis reads none. */
function documents(): typeof Documents {
  return require('./documents') as typeof Documents;
}

/** How to read a file. */
export interface ReadOptions {
  /**
   * Whether the file was found in a folder. Then it may be any file of a project, and is reported only if it looks like
   * a manifest.
   * @default false
   */
  readonly found?: boolean;
  /**
   * Whether a kustomization of the same folder lists files.
   * @default false
   */
  readonly kustomized?: boolean;
}

interface Reading extends ReadResult {
  readonly file: string;
  passedOver: number;
  readonly found: boolean;
}

/** Reads the Kubernetes objects of a YAML file. It may contain several documents and Lists. */
export function readManifests(text: string, file: string, { found = false, kustomized }: ReadOptions = {}): ReadResult {
  const { manifests, problems, passedOver } = readAll(text, file, found);
  return { manifests: kustomized ? manifests.map((one) => ({ ...one, kustomized })) : manifests, problems, passedOver };
}

function readAll(text: string, file: string, found: boolean): ReadResult {
  const { manifests, problems, passedOver } = readText(text, file, found);
  // A file of a project that is not YAML is usually no manifest either.
  if (found && problems.length > 0 && manifests.length === 0 && !looksLikeManifest(text))
    return { manifests: [], problems: [], passedOver: passedOver + 1 };
  const template = problems.find(({ code }) => code === 'placeholder-left');
  if (template) return { manifests: inTemplate(text, file), problems: [template], passedOver };
  if (!mayHavePlaceholders(text)) return { manifests, problems, passedOver };
  const marked = manifests.map(withPlaceholders);
  return { manifests: marked, problems: [...problems, ...placeholderProblem(marked)], passedOver };
}

function readText(text: string, file: string, found: boolean): Reading {
  const read: Reading = { manifests: [], problems: [], passedOver: 0, file, found };
  for (const { value, place } of documents().readDocuments(text, file, read.problems)) collect(value, [], place, read);
  return { ...read, manifests: read.manifests.map((manifest) => ({ ...manifest, file })) };
}

/** The objects of a template that is not YAML. Only their names are reliable. */
function inTemplate(text: string, file: string): Manifest[] {
  return readText(withoutTags(text), file, true).manifests.map((manifest) => ({ ...manifest, placeholders: [[]] }));
}

function withPlaceholders(manifest: Manifest): Manifest {
  const placeholders = placeholdersIn(manifest.object);
  return placeholders.length > 0 ? { ...manifest, placeholders } : manifest;
}

/** The problem of a file whose objects contain placeholders. One is enough: the whole file is a template. */
function placeholderProblem(manifests: readonly Manifest[]): Problem[] {
  const manifest = manifests.find(({ placeholders }) => placeholders);
  const field = manifest?.placeholders?.[0];
  if (!manifest || !field) return [];
  return [documents().template(placeholderAt(manifest.object, field)!, manifest.place(field)!)];
}

/** Whether at least two of the fields that every object has are in a text. */
function looksLikeManifest(text: string): boolean {
  const fields = text.match(/(?<=(?:^|[{,-])[ \t]*["']?)(?:apiVersion|kind|metadata)(?=["']?\s*:)/gm);
  return new Set(fields).size >= 2;
}

function collect(value: unknown, at: FieldPath, place: (path: FieldPath) => Place, read: Reading): void {
  const { apiVersion, kind, metadata, items } = (value ?? {}) as Record<string, unknown>;
  if ((apiVersion === undefined && kind === undefined) || (read.found && !isKubernetes(value as Fields))) {
    read.passedOver++;
  } else if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    read.problems.push(
      documents().invalid(
        'A Kubernetes object requires an apiVersion and a kind.',
        place(at),
        'Add the missing field.',
      ),
    );
  } else if (kind.endsWith('List') && (Array.isArray(items) || items === null)) {
    items?.forEach((item, i) => collect(item, [...at, 'items', i], place, read));
  } else if ((kind === 'List' || isBuiltIn(apiVersion, kind.replace(/List$/, ''))) && kind.endsWith('List')) {
    read.problems.push(
      documents().invalid(
        `The ${kind} has no list of items.`,
        place(at),
        'Write items as a list, with a dash before each item.',
      ),
    );
  } else if (isNamed(metadata)) {
    const object = normalized(value as KubeObject);
    read.manifests.push({ object, file: read.file, place: (field) => place([...at, ...field]) });
  } else if (!isBuiltIn(apiVersion, kind)) {
    // Configuration files of programs look like objects, such as a kustomization or a kubeconfig.
    read.passedOver++;
  } else {
    read.problems.push(nameless(kind, metadata, (field) => place([...at, ...field])));
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Whether an object is one of Kubernetes, and not the configuration of a tool, such as Chart.yaml and skaffold.yaml. */
function isKubernetes({ apiVersion, kind, metadata, spec }: Fields): boolean {
  if (typeof apiVersion === 'string' && typeof kind === 'string')
    return mayBeBuiltIn(apiVersion, kind) && !isExpectation(metadata);
  return typeof metadata === 'object' || typeof spec === 'object';
}

/** Whether a test compares objects of a cluster with this one: nobody writes an owner, and without uid none is valid. */
function isExpectation(metadata: unknown): boolean {
  const { ownerReferences } = (metadata ?? {}) as { ownerReferences?: unknown };
  return Array.isArray(ownerReferences) && ownerReferences.some((owner) => !(owner as Fields | null)?.uid);
}

function isNamed(metadata: unknown): boolean {
  const { name, generateName } = (metadata ?? {}) as Record<string, unknown>;
  return typeof name === 'string' || typeof generateName === 'string';
}

function nameless(kind: string, metadata: unknown, place: (path: FieldPath) => Place): Problem {
  const { name } = (metadata ?? {}) as { name?: unknown };
  if (name === undefined || name === null)
    return documents().invalid(`The ${kind} has no name.`, place(['metadata']), 'Add metadata.name.');
  return {
    ...documents().invalid(
      `The name of the ${kind} is not a string.`,
      place(['metadata', 'name']),
      'Put the name in quotes.',
    ),
    got: show(name),
  };
}

/** Uses `generateName` as the name, and replaces null by undefined, so that rules do not have to handle either. */
function normalized(object: KubeObject): KubeObject {
  const { name, namespace, labels, annotations, ...rest } = object.metadata as KubeObject['metadata'] & {
    generateName?: string;
  };
  const metadata = {
    ...rest,
    name: typeof name === 'string' ? name : rest.generateName!,
    namespace: (typeof namespace === 'string' && namespace) || undefined,
    labels: labels ?? undefined,
    annotations: annotations ?? undefined,
  };
  return { ...object, metadata };
}
