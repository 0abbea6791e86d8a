import { own } from '../../basics/own';
import { show } from '../../basics/text';
import type { FieldPath, KubeObject } from '../../k8s/objects';
import { typeTitle } from './internal/errors';
import { DEPRECATED_ANNOTATIONS, DEPRECATED_FIELDS, DEPRECATED_KINDS, type Deprecation } from './internal/deprecated';
import { kubernetesVersions, type FieldVersions } from './kubernetes-versions';
import type { SchemaError } from './schema-error';
import { shapeOfKind, type Shape } from './schemas';

/** What a version of Kubernetes does not have, has switched off, or deprecates. The object is otherwise valid. */
export function versionErrors(object: KubeObject, minor: number): SchemaError[] {
  const errors: SchemaError[] = [];
  const name = `${object.apiVersion} ${object.kind}`;
  const kind = own(kubernetesVersions().kinds, name) ?? {};
  if ((kind.since ?? 0) > minor || (kind.until ?? minor) < minor) {
    errors.push(kindMissing(object, minor, kind));
    return errors;
  }
  if (kubernetesVersions().preview.includes(name)) errors.push(kindOff(object, minor));
  else if (kind.until === minor) errors.push(kindGoneNext(object, minor));
  const deprecation = own(DEPRECATED_KINDS, name);
  if (deprecation && deprecation.since <= minor)
    errors.push(deprecated(`The kind ${object.kind}`, deprecation, ['kind']));
  const shape = shapeOfKind(object.apiVersion, object.kind);
  if (shape) walk(object, shape, [], { object, minor, errors });
  return errors;
}

interface Walk {
  readonly object: KubeObject;
  readonly minor: number;
  readonly errors: SchemaError[];
}

function walk(value: unknown, shape: Shape, path: FieldPath, at: Walk): void {
  if (value === null || typeof value !== 'object') return;
  if (shape.is === 'list' && Array.isArray(value)) {
    for (const [i, item] of value.entries()) walk(item, shape.of, [...path, i], at);
  } else if (shape.is === 'map') {
    for (const [key, item] of Object.entries(value)) walk(item, shape.of, [...path, key], at);
  } else if (shape.is === 'object') {
    for (const [field, item] of Object.entries(value)) {
      const inner = shape.fields.get(field);
      if (!inner || item === null || item === undefined) continue;
      visit(`${shape.type}.${field}`, item, [...path, field], at);
      walk(item, inner, [...path, field], at);
    }
  }
}

function visit(name: string, value: unknown, field: FieldPath, at: Walk): void {
  const { fields, values } = kubernetesVersions();
  const title = `The field ${field.at(-1)} of a ${typeTitle(name.slice(0, name.lastIndexOf('.')))}`;
  report(title, own(fields, name), field, at);
  reportDeprecated(title, own(DEPRECATED_FIELDS, name), field, at);
  if (typeof value === 'string') {
    report(`${show(value)} in ${field.at(-1)}`, own(values, `${name}=${value}`), field, at);
    reportDeprecated(show(value), own(DEPRECATED_FIELDS, `${name}=${value}`), field, at);
  } else if (name === 'v1.PodSpec.nodeSelector') {
    for (const key of Object.keys(value as object))
      reportDeprecated(`The label ${key}`, own(DEPRECATED_FIELDS, `${name}=${key}`), [...field, key], at);
  } else if (name === 'meta/v1.ObjectMeta.annotations') {
    for (const key of Object.keys(value as object))
      reportDeprecated(`The annotation ${key}`, deprecatedAnnotation(key, field, at.object), [...field, key], at);
  }
}

function deprecatedAnnotation(key: string, field: FieldPath, { kind }: KubeObject): Deprecation | undefined {
  return DEPRECATED_ANNOTATIONS.find(
    (entry) =>
      (entry.kind === undefined || (entry.kind === kind && field.length === 2)) &&
      (entry.key.endsWith('/') ? key.startsWith(entry.key) : key === entry.key),
  );
}

function report(title: string, versions: FieldVersions | undefined, field: FieldPath, { minor, errors }: Walk): void {
  if (!versions) return;
  const { since = 0, gate, on } = versions;
  if (since > minor)
    errors.push({
      code: 'version-missing',
      field,
      message: `${title} does not exist in Kubernetes 1.${minor}.`,
      expected: `Kubernetes 1.${since} or newer`,
      got: `1.${minor}`,
      fix: `Remove it, or update the cluster to 1.${on ?? since}.`,
    });
  else if (gate !== undefined && (on === undefined || on > minor))
    errors.push({
      code: 'feature-off',
      field,
      message: `${title} has no effect: the feature gate ${gate} is off by default in Kubernetes 1.${minor}.`,
      expected: on === undefined ? `a cluster that enables ${gate}` : `Kubernetes 1.${on} or newer`,
      got: `1.${minor}`,
      fix: `Remove it, or enable the feature gate ${gate} in the cluster.`,
    });
}

function reportDeprecated(
  title: string,
  deprecation: Deprecation | undefined,
  field: FieldPath,
  { minor, errors }: Walk,
): void {
  if (deprecation && deprecation.since <= minor) errors.push(deprecated(title, deprecation, field));
}

function deprecated(title: string, { since, fix }: Deprecation, field: FieldPath): SchemaError {
  return {
    code: 'api-deprecated',
    field,
    message: `${title} is deprecated${since > 0 ? ` since Kubernetes 1.${since}` : ''}.`,
    fix,
  };
}

function kindMissing(
  { apiVersion, kind }: KubeObject,
  minor: number,
  { since, until }: { readonly since?: number; readonly until?: number },
): SchemaError {
  const other = servedIn(apiVersion, kind, minor);
  return {
    code: 'version-missing',
    field: ['apiVersion'],
    message: `Kubernetes 1.${minor} does not serve ${kind} in ${apiVersion}.`,
    expected: other ?? (since === undefined ? `Kubernetes 1.${until} or older` : `Kubernetes 1.${since} or newer`),
    got: apiVersion,
    fix: other
      ? `Write apiVersion: ${other}, and update the fields that changed.`
      : since === undefined
        ? 'Remove the object, or replace it by another kind.'
        : `Remove the object, or update the cluster to 1.${since}.`,
  };
}

function kindOff({ apiVersion, kind }: KubeObject, minor: number): SchemaError {
  const other = servedIn(apiVersion, kind, minor);
  return {
    code: 'feature-off',
    field: ['apiVersion'],
    message: `Kubernetes does not serve ${kind} in ${apiVersion} by default: alpha and beta versions are off.`,
    expected: other ?? 'a stable version',
    got: apiVersion,
    fix: other
      ? `Write apiVersion: ${other}, and update the fields that changed.`
      : `Enable ${apiVersion} with --runtime-config of the API server.`,
  };
}

function kindGoneNext({ apiVersion, kind }: KubeObject, minor: number): SchemaError {
  const other = servedIn(apiVersion, kind, minor) ?? servedIn(apiVersion, kind, minor + 1);
  return {
    code: 'api-deprecated',
    field: ['apiVersion'],
    message: `Kubernetes 1.${minor + 1} no longer serves ${kind} in ${apiVersion}.`,
    ...(other && { expected: other }),
    got: apiVersion,
    fix: other
      ? `Write apiVersion: ${other}, and update the fields that changed.`
      : 'Replace the object by another kind.',
  };
}

/** The stable API version of the same group that serves the kind in a version of Kubernetes. */
function servedIn(apiVersion: string, kind: string, minor: number): string | undefined {
  const group = apiVersion.split('/')[0]!;
  return ['v2', 'v1']
    .map((version) => `${group}/${version}`)
    .find((stable) => {
      const { since = 0, until = minor } = own(kubernetesVersions().kinds, `${stable} ${kind}`) ?? {};
      return stable !== apiVersion && shapeOfKind(stable, kind) && since <= minor && until >= minor;
    });
}
