import type { FieldPath, KubeObject, Manifest } from '../../k8s/objects';
import type { Place, Problem } from '../../problems/problem';
import { show } from '../../basics/text';
import type * as Documents from './documents';
import { isBuiltIn } from '../schema/validate-object';

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

/** Reads the Kubernetes objects of a YAML file. It may contain several documents and Lists. */
export function readManifests(text: string, file: string): ReadResult {
  const read = { manifests: [] as Manifest[], problems: [] as Problem[], passedOver: 0 };
  for (const { value, place } of documents().readDocuments(text, file, read.problems)) collect(value, [], place, read);
  return read;
}

function collect(
  value: unknown,
  at: FieldPath,
  place: (path: FieldPath) => Place,
  read: ReadResult & { passedOver: number },
): void {
  const { apiVersion, kind, metadata, items } = (value ?? {}) as Record<string, unknown>;
  if (apiVersion === undefined && kind === undefined) {
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
    read.manifests.push({ object: normalized(value as KubeObject), place: (field) => place([...at, ...field]) });
  } else if (!isBuiltIn(apiVersion, kind)) {
    // Configuration files of programs look like objects, such as a kustomization or a kubeconfig.
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
