import { madeByCloudNativePg } from '../../../k8s/cloud-native-pg';
import { once } from '../once';
import { isBuiltIn } from '../../schema/validate-object';
import { valueAt, type KubeObject } from '../../../k8s/objects';
import { isText, namespaceOf, type World } from '../world';

/** Custom kinds for which operators create no pods, Services or Secrets. */
const DESCRIBING =
  /(Monitor|Rule|Route|Policy|Issuer|Certificate|Probe|VirtualService|TraefikService|Entry|Filter|Middleware|Definition|Claim|Class|Profile|Constraint|Template)$/;

/** The names and kinds of the custom objects in each namespace. Operators use them as prefixes of other names. */
const asked = once((world) => {
  const stems = new Map<string, Set<string>>();
  for (const { object } of world.manifests) {
    if (!isAsked(object)) continue;
    // A release of Flux or Argo CD is installed in another namespace.
    for (const namespace of [
      namespaceOf(object),
      valueAt(object, ['spec', 'targetNamespace']),
      valueAt(object, ['spec', 'destination', 'namespace']),
    ]) {
      if (!isText(namespace)) continue;
      const known = stems.get(namespace) ?? new Set();
      stems.set(namespace, known);
      for (const stem of [...namesFor(object), object.kind.toLowerCase()]) known.add(stem);
    }
  }
  return stems;
});

/** The same for folders that are not checked. The namespaces of their objects are not known. */
const askedOutside = once(
  (world) =>
    new Set(world.outside.objects.filter((object) => isAsked(object) || madeByCloudNativePg(object)).flatMap(namesFor)),
);

/** Whether an operator may create objects for it. Those of CloudNativePG are known exactly. */
function isAsked(object: KubeObject): boolean {
  return (
    object.apiVersion.includes('.') &&
    !DESCRIBING.test(object.kind) &&
    !isBuiltIn(object.apiVersion, object.kind) &&
    !madeByCloudNativePg(object)
  );
}

function namesFor({ apiVersion, metadata }: KubeObject): string[] {
  // Every tenant of MinIO has a Service of this name.
  return apiVersion.startsWith('minio.min.io/') ? [metadata.name, 'minio'] : [metadata.name];
}

/** Whether an operator may create an object of that name, such as `pg-rw` for a Cluster `pg`. */
export function mayMake(world: World, namespace: string, name: string): boolean {
  const isFor = (stem: string) => name === stem || name.startsWith(`${stem}-`);
  for (const stem of asked(world).get(namespace) ?? []) if (isFor(stem)) return true;
  for (const stem of askedOutside(world)) if (isFor(stem)) return true;
  return false;
}

/** Whether an operator may create pods with these labels. Operators use the name of the custom object as a label. */
export function mayLabel(world: World, namespace: string, values: Iterable<unknown>): boolean {
  const stems = asked(world).get(namespace);
  if (stems) for (const value of values) if (stems.has(String(value))) return true;
  return false;
}

/** Whether operators may create any objects in a namespace. */
export function hasOperators(world: World, namespace: string): boolean {
  return asked(world).has(namespace);
}
