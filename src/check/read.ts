import { isAlias, isMap, isNode, isSeq, LineCounter, parseAllDocuments, visit, type Document } from 'yaml';
import type { FieldPath, KubeObject, Manifest } from '../k8s/manifest';
import { show, type Place, type Problem } from '../k8s/problem';

/** What a file of YAML holds. */
export interface Read {
  readonly manifests: Manifest[];
  readonly problems: Problem[];
  /** How many documents were passed over because they are no Kubernetes objects. */
  readonly passedOver: number;
}

/** Reads the Kubernetes objects of a YAML file: any number of documents, Lists too. */
export function readManifests(text: string, file: string): Read {
  const lines = new LineCounter();
  const read = { manifests: [] as Manifest[], problems: [] as Problem[], passedOver: 0 };
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true });
  for (const document of Array.isArray(documents) ? documents : []) {
    const placeAt = (offset: number): Place => {
      const { line, col } = lines.linePos(offset);
      return { file, line, column: col };
    };
    if (document.errors.length > 0) {
      // Further ones mostly follow from the first.
      read.problems.push(...document.errors.slice(0, 3).map((error) => invalid(error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''), placeAt(error.pos[0]), 'Mend the YAML there.')));
      continue;
    }
    const value: unknown = valueOf(document, read.problems, placeAt);
    if (value === null || value === undefined) continue;
    const place = (path: FieldPath) => placeAt(offsetOf(document, path));
    collect(value, [], place, read);
  }
  return read;
}

function collect(value: unknown, at: FieldPath, place: (path: FieldPath) => Place, read: Read & { passedOver: number }): void {
  const { apiVersion, kind, metadata, items } = (value ?? {}) as Record<string, unknown>;
  if (apiVersion === undefined && kind === undefined) {
    read.passedOver++;
  } else if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    read.problems.push(invalid('A Kubernetes object has an apiVersion and a kind.', place(at), 'Add the one that is missing.'));
  } else if (kind.endsWith('List') && (Array.isArray(items) || items === null)) {
    items?.forEach((item, i) => collect(item, [...at, 'items', i], place, read));
  } else if (isNamed(metadata)) {
    read.manifests.push({ object: normalized(value as KubeObject), place: (field) => place([...at, ...field]) });
  } else if (/^(Kustomization|Component)$/.test(kind)) {
    read.passedOver++;
  } else {
    read.problems.push(nameless(kind, metadata, (field) => place([...at, ...field])));
  }
}

function isNamed(metadata: unknown): boolean {
  const { name, generateName } = (metadata ?? {}) as Record<string, unknown>;
  return typeof name === 'string' || typeof generateName === 'string';
}

function nameless(kind: string, metadata: unknown, place: (path: FieldPath) => Place): Problem {
  const { name } = (metadata ?? {}) as { name?: unknown };
  if (name === undefined || name === null) return invalid(`The ${kind} has no name.`, place(['metadata']), 'Give it a metadata.name.');
  return { ...invalid(`The name of the ${kind} is no text.`, place(['metadata', 'name']), 'Put the name between quotes.'), got: show(name) };
}

/** `generateName` stands in for a name, and null or a number for nothing: rules need not know of either. */
function normalized(object: KubeObject): KubeObject {
  const { name, generateName, namespace, labels, annotations, ...rest } = object.metadata as KubeObject['metadata'] & { generateName?: string };
  const metadata = { ...rest, name: typeof name === 'string' ? name : generateName!, namespace: (typeof namespace === 'string' && namespace) || undefined, labels: labels ?? undefined, annotations: annotations ?? undefined };
  return { ...object, metadata };
}

function valueOf(document: Document, problems: Problem[], placeAt: (offset: number) => Place): unknown {
  try {
    return document.toJS();
  } catch (error) {
    problems.push(invalid((error as Error).message, placeAt(lostAlias(document) ?? document.range?.[0] ?? 0), 'Write the values out.'));
    return undefined;
  }
}

/** Where an alias stands whose anchor is missing. */
function lostAlias(document: Document): number | undefined {
  let offset: number | undefined;
  const anchors = new Set<string | undefined>();
  visit(document, {
    Node(_, node) {
      if (!isAlias(node)) anchors.add(node.anchor);
      else if (!anchors.has(node.source)) offset = node.range?.[0];
      return offset === undefined ? undefined : visit.BREAK;
    },
  });
  return offset;
}

/** Where a field starts; where it is missing, the nearest thing around it that is there. */
function offsetOf(document: Document, path: FieldPath): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return isMap(node) || isSeq(node) ? keyOffset(document, path.slice(0, length)) ?? node.range[0] : node.range[0];
  }
  return document.range?.[0] ?? 0;
}

/** Of a map or list the line of its key says more than that of its first entry. */
function keyOffset(document: Document, path: FieldPath): number | undefined {
  const parent: unknown = path.length > 0 ? document.getIn(path.slice(0, -1), true) ?? document.contents : undefined;
  if (!isMap(parent)) return undefined;
  const key = parent.items.find((pair) => isNode(pair.key) && (pair.key as { value?: unknown }).value === path.at(-1))?.key;
  return isNode(key) ? key.range?.[0] : undefined;
}

function invalid(message: string, place: Place, mend: string): Problem {
  return { code: 'yaml-invalid', message, place, mend };
}
