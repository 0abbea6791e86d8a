import { dirname } from 'node:path';
import type { Manifest } from '../../../k8s/objects';
import { isClusterScoped, shapeOfKind } from '../../schema/schemas';
import { byFile } from '../../world/declarations';
import type { World } from '../../world/world';
import type { Rule } from '../rule';

/** With fewer neighbors, there is no habit that the object could break. */
const LEAST_NEIGHBORS = 2;

export const namespaceLeftOut: Rule = {
  code: 'namespace-left-out',
  profile: 'hint',
  why: 'The object goes to the namespace of the kubectl context, or of the option -n. That is often not the namespace of the other objects.',
  fix: 'Add the namespace, or remove it from all objects and set it with kubectl apply -n.',
  *find(world) {
    for (const neighbors of neighborhoods(world)) {
      const [lonely, another] = neighbors.filter((manifest) => namespaceIn(manifest) === undefined);
      if (lonely === undefined || another !== undefined) continue;
      const others = [...new Set(neighbors.flatMap((manifest) => namespaceIn(manifest) ?? []))];
      const [only, second] = others;
      // Without a context of its own, kubectl uses this namespace too.
      if (only === 'default' && second === undefined) continue;
      yield {
        manifest: lonely,
        field: ['metadata', 'namespace'],
        message: 'The object has no namespace, but all objects near it have one.',
        expected: second === undefined ? only : `one of ${others.slice(0, 8).join(', ')}`,
        fix: `Add ${second === undefined ? `namespace: ${only}` : 'the namespace'} to the metadata, or waive this hint.`,
      };
    }
  },
};

/** The objects with a namespace that belong together: those of a file, or of a folder with a file per object. */
function* neighborhoods(world: World): Generator<readonly Manifest[]> {
  const folders = new Map<string, Manifest[]>();
  for (const manifests of byFile(world.manifests.filter((one) => hasNamespace(one) && !world.isUnsure(one)))) {
    if (manifests.length > LEAST_NEIGHBORS) {
      yield manifests;
      continue;
    }
    const folder = dirname(manifests[0]!.file ?? '');
    const others = folders.get(folder);
    if (others) others.push(...manifests);
    else folders.set(folder, [...manifests]);
  }
  for (const manifests of folders.values()) if (manifests.length > LEAST_NEIGHBORS) yield manifests;
}

/** Whether objects of the kind are in a namespace. Other kinds than those of Kubernetes may be cluster-scoped. */
function hasNamespace(manifest: Manifest): boolean {
  const { apiVersion, kind } = manifest.object;
  return (
    namespaceIn(manifest) !== undefined ||
    (shapeOfKind(apiVersion, kind) !== undefined && !isClusterScoped(apiVersion, kind))
  );
}

function namespaceIn({ object }: Manifest): string | undefined {
  return object.metadata.namespace;
}
