import { madeByCloudNativePg } from '../../k8s/cloud-native-pg';
import { once } from './once';
import { isBuiltIn } from '../schema/objects';
import { namespaceOf, type World } from './world';

/** Kinds of other people that only describe, and of which no operator makes pods, Services or Secrets. */
const DESCRIBING =
  /(Monitor|Rule|Route|Policy|Issuer|Certificate|Probe|Service|Entry|Filter|Middleware|Definition|Claim|Class|Profile|Constraint|Template)$/;

/** What is asked of an operator, by namespace: the names of its objects, and their kinds, which it makes other names of. */
const asked = once((world) => {
  const stems = new Map<string, Set<string>>();
  for (const { object } of world.manifests) {
    if (!object.apiVersion.includes('.') || DESCRIBING.test(object.kind) || isBuiltIn(object.apiVersion, object.kind))
      continue;
    // Of these it is known exactly what is made.
    if (madeByCloudNativePg(object)) continue;
    const known = stems.get(namespaceOf(object)) ?? new Set();
    stems.set(namespaceOf(object), known.add(object.metadata.name).add(object.kind.toLowerCase()));
  }
  return stems;
});

/** Whether an operator may make the object of that name: `pg-rw` of a Cluster that is called `pg`. */
export function mayMake(world: World, namespace: string, name: string): boolean {
  for (const stem of asked(world).get(namespace) ?? []) if (name === stem || name.startsWith(`${stem}-`)) return true;
  return false;
}

/** Whether an operator may make pods with these labels: it labels them with the name of what it makes them for. */
export function mayLabel(world: World, namespace: string, values: Iterable<unknown>): boolean {
  const stems = asked(world).get(namespace);
  if (stems) for (const value of values) if (stems.has(String(value))) return true;
  return false;
}
