import type { Place } from '../problems/problem';

/** Any Kubernetes object, as it stands in YAML. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Where in an object something is: `['spec', 'ports', 0, 'targetPort']`. */
export type FieldPath = readonly (string | number)[];

/** An object and where it came from: a construct, or a place in a file. */
export interface Manifest {
  readonly object: KubeObject;
  /** Path of the construct that made it. */
  readonly path?: string;
  /** Where a field of it can be fixed. */
  place(field: FieldPath): Place | undefined;
}

/** What tells one object of a cluster from every other. */
export function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  // The version does not count: v1 and v2 of a kind are two views of one object.
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return [group, kind, metadata.namespace ?? '', metadata.name].join('|');
}

/** How a person calls an object: `Deployment blog/comments`. */
export function titleOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
}

/** `spec.ports[0].targetPort` */
export function fieldText(field: FieldPath): string {
  return field.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return /^[\w-]+$/.test(part) ? `${text}${text && '.'}${part}` : `${text}['${part}']`;
  }, '');
}
