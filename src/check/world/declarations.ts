import { isDeepStrictEqual } from 'node:util';
import { identityOf, type Manifest } from '../../k8s/objects';
import { isClusterScoped } from '../schema/schemas';
import { isHook } from './workloads/hooks';

/** An object that is declared again with different content. */
export interface Conflict {
  readonly first: Manifest;
  readonly second: Manifest;
}

/** The objects that are declared several times. */
export interface Declarations {
  readonly conflicts: readonly Conflict[];
  /** Objects of which two files have different variants, and all other objects of the second file. */
  readonly alternatives: ReadonlySet<Manifest>;
  /** Objects that are equal to an earlier one. */
  readonly repeated: ReadonlySet<Manifest>;
}

/**
 * Finds the objects that are declared several times. Files with different variants of an object are alternatives, such
 * as two examples or two environments: only one of them is applied.
 */
export function declarationsOf(manifests: readonly Manifest[]): Declarations {
  const taken = new Map<string, Manifest>();
  const conflicts: Conflict[] = [];
  const alternatives = new Set<Manifest>();
  const repeated = new Set<Manifest>();
  for (const file of byFile(manifests)) {
    const own = new Map<string, Manifest>();
    const found: Conflict[] = [];
    for (const manifest of file) {
      const id = clusterIdentity(manifest);
      if (id === undefined) continue;
      const first = taken.get(id) ?? own.get(id);
      if (!first) own.set(id, manifest);
      else if (isDeepStrictEqual(first.object, manifest.object)) repeated.add(manifest);
      else found.push({ first, second: manifest });
    }
    conflicts.push(...found);
    // Many files declare their namespace, each with other labels.
    const differing = found.filter(({ first }) => first.file !== file[0]!.file && first.object.kind !== 'Namespace');
    for (const { first } of differing) alternatives.add(first);
    if (differing.length > 0) for (const manifest of file) alternatives.add(manifest);
    else for (const [id, manifest] of own) taken.set(id, manifest);
  }
  return { conflicts, alternatives, repeated };
}

/** The manifests of each file. */
export function byFile(manifests: readonly Manifest[]): Iterable<Manifest[]> {
  const files = new Map<string | undefined, Manifest[]>();
  for (const manifest of manifests) {
    const others = files.get(manifest.file);
    if (others) others.push(manifest);
    else files.set(manifest.file, [manifest]);
  }
  return files.values();
}

/** The key of an object in a cluster. Undefined if the cluster or a template completes its name. */
function clusterIdentity({ object, placeholders }: Manifest): string | undefined {
  // Helm creates the object of a hook at another time.
  if (isHook(object)) return undefined;
  if ('generateName' in object.metadata || placeholders?.some(([part]) => part === undefined || part === 'metadata'))
    return undefined;
  const { apiVersion, kind, metadata } = object;
  const namespace = isClusterScoped(apiVersion, kind) ? '' : (metadata.namespace ?? 'default');
  return identityOf({ apiVersion, kind, metadata: { name: metadata.name, namespace } });
}
