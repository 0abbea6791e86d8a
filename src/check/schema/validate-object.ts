import type { KubeObject } from '../../k8s/objects';
import { nearest } from '../../basics/nearest';
import { own } from '../../basics/own';
import { show } from '../../basics/text';
import { NAMES } from './internal/formats/field-formats';
import type { CustomKinds } from './custom-kinds';
import type { SchemaError } from './schema-error';
import { dnsSubdomain } from './internal/formats/formats';
import { schemas, shapeOfKind } from './schemas';
import { removalOf } from './internal/removed-versions';
import { schemaErrorsOf } from './internal/walk';

/** Everything in an object that the API server would reject. Custom kinds are known only by their definitions. */
export function* validateObject(object: KubeObject, custom: CustomKinds = new Map()): Generator<SchemaError> {
  const { apiVersion, kind } = object;
  const [group = '', version = ''] = apiVersion.split('/');
  const versions = custom.get(`${group} ${kind}`);
  const shape = shapeOfKind(apiVersion, kind) ?? versions?.get(version);
  if (!shape) {
    const error = versions
      ? versionError(
          object,
          [...versions.keys()].map((name) => `${group}/${name}`),
        )
      : kindError(apiVersion, kind);
    if (error) yield error;
    return;
  }
  yield* nameErrors(object);
  yield* schemaErrorsOf(object, shape);
}

function versionError({ apiVersion, kind }: KubeObject, served: readonly string[]): SchemaError {
  return {
    code: 'kind-unknown',
    field: ['apiVersion'],
    message: `The definition of ${kind} does not serve the version ${show(apiVersion)}.`,
    expected: served.length > 0 ? `one of ${served.join(', ')}` : 'a served version',
    got: apiVersion,
    fix:
      served.length === 1
        ? `Write apiVersion: ${served[0]}.`
        : 'Use a version that the CustomResourceDefinition serves.',
  };
}

function* nameErrors({ apiVersion, kind, metadata }: KubeObject): Generator<SchemaError> {
  const { name, generateName } = metadata as KubeObject['metadata'] & { generateName?: string };
  const expected =
    generateName === undefined && typeof name === 'string'
      ? (own(NAMES, `${apiVersion} ${kind}`) ?? dnsSubdomain)(name as never)
      : undefined;
  if (expected !== undefined)
    yield {
      code: 'value-invalid',
      field: ['metadata', 'name'],
      message: `${show(name)} is not a valid name for a ${kind}.`,
      expected,
      got: show(name),
      fix: `Set metadata.name to a valid name: ${expected}.`,
    };
}

function kindError(apiVersion: string, kind: string): SchemaError | undefined {
  const gone = removalOf(apiVersion, kind);
  if (gone) {
    return {
      code: 'api-removed',
      field: ['apiVersion'],
      message: `Kubernetes ${gone.since} removed ${kind} from ${apiVersion}.`,
      got: apiVersion,
      expected: gone.successor ?? 'another kind',
      fix: gone.successor
        ? `Write apiVersion: ${gone.successor}, and update the fields that changed.`
        : 'Use Pod Security admission instead: label the namespace with pod-security.kubernetes.io/enforce.',
    };
  }
  const kinds = Object.keys(schemas().kinds).map((name) => name.split(' ') as [string, string]);
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
  const sameVersion = kinds.filter(([version]) => version === apiVersion).map(([, name]) => name);
  // Alpha and beta versions may be enabled in a cluster, and groups with a dot may have custom kinds.
  if (sameVersion.length === 0 && (group.includes('.') || /v\d+(alpha|beta)\d+$/.test(apiVersion))) return undefined;
  const elsewhere = kinds.find(([, name]) => name === kind)?.[0];
  const guess =
    sameVersion.find((name) => name.toLowerCase() === kind.toLowerCase()) ??
    nearest(kind, sameVersion) ??
    nearest(
      kind,
      kinds.map(([, name]) => name),
    );
  return {
    code: 'kind-unknown',
    field: [elsewhere ? 'apiVersion' : 'kind'],
    message: `${apiVersion} has no kind ${show(kind)}.`,
    got: elsewhere ? apiVersion : kind,
    ...(elsewhere
      ? { expected: elsewhere, fix: `Write apiVersion: ${elsewhere}.` }
      : {
          expected: guess,
          fix: guess ? `Did you mean ${guess}?` : 'Use a kind of Kubernetes. Custom kinds are in groups with a dot.',
        }),
  };
}

/** Whether Kubernetes has or had such a kind. */
export function isBuiltIn(apiVersion: string, kind: string): boolean {
  return shapeOfKind(apiVersion, kind) !== undefined || removalOf(apiVersion, kind) !== undefined;
}

let builtInKinds: ReadonlySet<string> | undefined;

/** Whether Kubernetes has a kind of that name in some group. */
export function isBuiltInKind(kind: string): boolean {
  builtInKinds ??= new Set(Object.keys(schemas().kinds).map((name) => name.slice(name.indexOf(' ') + 1)));
  return builtInKinds.has(kind);
}

/** Whether a kind can be one of Kubernetes or a custom kind, perhaps misspelled. Tools use groups without a dot. */
export function mayBeBuiltIn(apiVersion: string, kind: string): boolean {
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  if (group.includes('.') || isBuiltIn(apiVersion, kind)) return true;
  return (
    group === '' || isBuiltInKind(kind) || Object.keys(schemas().kinds).some((name) => name.startsWith(`${group}/`))
  );
}
