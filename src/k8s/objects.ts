import type { Place } from '../problems/problem';

/** Any Kubernetes object, as in YAML. */
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

/** A CustomResourceDefinition, with the parts that describe objects of its kind. */
export interface CustomDefinition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema?: { readonly openAPIV3Schema?: unknown };
    }[];
  };
}

/** The path of a field in an object: `['spec', 'ports', 0, 'targetPort']`. */
export type FieldPath = readonly (string | number)[];

/** An object and its source: a construct, or a place in a file. */
export interface Manifest {
  readonly object: KubeObject;
  /** The path of the construct. */
  readonly path?: string;
  /** The definition of its custom kind, if the construct has one. */
  readonly definition?: CustomDefinition;
  /** The file that contains the object. */
  readonly file?: string;
  /** Whether a kustomization lists the file. It may be part of another one that sets the namespace of all objects. */
  readonly kustomized?: boolean;
  /** The fields with placeholders, such as `${APP}`, if the file is a template. An empty path is the whole object. */
  readonly placeholders?: readonly FieldPath[];
  /** The place in the source where a field can be changed. */
  place(field: FieldPath): Place | undefined;
}

/** The unique key of an object in a cluster. */
export function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  // The version is not part of it: v1 and v2 of a kind are views of the same object.
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return [group, kind, metadata.namespace ?? '', metadata.name].join('|');
}

/** The name of an object in messages: `Deployment blog/comments`. */
export function titleOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
}

/** The value of a field. Undefined if the field is not set. */
export function valueAt(object: unknown, field: FieldPath): unknown {
  return field.reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown> | undefined | null)?.[part],
    object,
  );
}

/** `spec.ports[0].targetPort` */
export function fieldText(field: FieldPath): string {
  return field.reduce<string>(withPart, '');
}

/** The text of a field, and one more part. */
export function withPart(text: string, part: string | number): string {
  if (typeof part === 'number') return `${text}[${part}]`;
  return /^[\w-]+$/.test(part) ? `${text}${text && '.'}${part}` : `${text}['${part}']`;
}

/** The name of an object on the command line: `statefulset/postgres`. */
export function referenceOf({ kind, metadata }: KubeObject): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}
