import type { KubeObject } from '../../k8s/objects';
import { nearest } from '../../basics/nearest';
import { own } from '../../basics/own';
import { show } from '../../basics/text';
import { NAMES } from './constraints';
import type { CustomKinds } from './custom';
import type { Fault } from './fault';
import { dnsSubdomain } from './formats';
import { schemas, shapeOfKind } from './schemas';
import { removed } from './versions';
import { faultsOf } from './walk';

/** Everything in an object that an API server would refuse. Of other people's kinds only those are known that are defined here. */
export function* faultsOfObject(object: KubeObject, custom: CustomKinds = new Map()): Generator<Fault> {
  const { apiVersion, kind } = object;
  const [group = '', version = ''] = apiVersion.split('/');
  const versions = custom.get(`${group} ${kind}`);
  const shape = shapeOfKind(apiVersion, kind) ?? versions?.get(version);
  if (!shape) {
    const fault = versions
      ? versionFault(
          object,
          [...versions.keys()].map((name) => `${group}/${name}`),
        )
      : kindFault(apiVersion, kind);
    if (fault) yield fault;
    return;
  }
  yield* nameFaults(object);
  yield* faultsOf(object, shape);
}

function versionFault({ apiVersion, kind }: KubeObject, served: readonly string[]): Fault {
  return {
    code: 'kind-unknown',
    field: ['apiVersion'],
    message: `The definition of ${kind} serves no version ${show(apiVersion)}.`,
    expected: served.length > 0 ? `one of ${served.join(', ')}` : 'a version that is served',
    got: apiVersion,
    fix:
      served.length === 1
        ? `Write apiVersion: ${served[0]}.`
        : 'Write a version that its CustomResourceDefinition serves.',
  };
}

function* nameFaults({ apiVersion, kind, metadata }: KubeObject): Generator<Fault> {
  const { name, generateName } = metadata as KubeObject['metadata'] & { generateName?: string };
  const expected =
    generateName === undefined && typeof name === 'string'
      ? (own(NAMES, `${apiVersion} ${kind}`) ?? dnsSubdomain)(name as never)
      : undefined;
  if (expected !== undefined)
    yield {
      code: 'value-invalid',
      field: ['metadata', 'name'],
      message: `A ${kind} cannot be called ${show(name)}.`,
      expected,
      got: show(name),
      fix: 'Rename it.',
    };
}

function kindFault(apiVersion: string, kind: string): Fault | undefined {
  const gone = removed(apiVersion, kind);
  if (gone) {
    return {
      code: 'api-removed',
      field: ['apiVersion'],
      message: `No cluster since Kubernetes ${gone.since} knows a ${kind} of ${apiVersion}.`,
      got: apiVersion,
      expected: gone.successor ?? 'another kind of object',
      fix: gone.successor
        ? `Write apiVersion: ${gone.successor}, and fix what that version names differently.`
        : 'Label the namespace for Pod Security admission instead: pod-security.kubernetes.io/enforce.',
    };
  }
  const kinds = Object.keys(schemas().kinds).map((name) => name.split(' ') as [string, string]);
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
  const sameVersion = kinds.filter(([version]) => version === apiVersion).map(([, name]) => name);
  // Versions that are off by default, alpha and beta, may be on in some cluster; other groups are other people's.
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
          fix: guess
            ? `Write ${guess}, if that is what was meant.`
            : 'Write a kind that Kubernetes has; kinds of others are in groups with a dot.',
        }),
  };
}

/** Whether Kubernetes itself has such a kind, or had. */
export function isBuiltIn(apiVersion: string, kind: string): boolean {
  return shapeOfKind(apiVersion, kind) !== undefined || removed(apiVersion, kind) !== undefined;
}
