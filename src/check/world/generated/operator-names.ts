import { madeByCloudNativePg } from '../../../k8s/cloud-native-pg';
import { once } from '../once';
import { isBuiltIn } from '../../schema/validate-object';
import { namespaceOf, type World } from '../world';

/** Custom kinds for which operators create no pods, Services or Secrets. */
const DESCRIBING =
  /(Monitor|Rule|Route|Policy|Issuer|Certificate|Probe|Service|Entry|Filter|Middleware|Definition|Claim|Class|Profile|Constraint|Template)$/;

/** The names and kinds of the custom objects in each namespace. Operators use them as prefixes of other names. */
const asked = once((world) => {
  const stems = new Map<string, Set<string>>();
  for (const { object } of world.manifests) {
    if (!object.apiVersion.includes('.') || DESCRIBING.test(object.kind) || isBuiltIn(object.apiVersion, object.kind))
      continue;
    // The objects of this operator are known exactly.
    if (madeByCloudNativePg(object)) continue;
    const known = stems.get(namespaceOf(object)) ?? new Set();
    stems.set(namespaceOf(object), known.add(object.metadata.name).add(object.kind.toLowerCase()));
  }
  return stems;
});

/** Whether an operator may create an object of that name, such as `pg-rw` for a Cluster `pg`. */
export function mayMake(world: World, namespace: string, name: string): boolean {
  for (const stem of asked(world).get(namespace) ?? []) if (name === stem || name.startsWith(`${stem}-`)) return true;
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
