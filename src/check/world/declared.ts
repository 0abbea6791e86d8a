import type { Manifest } from '../../k8s/objects';
import { once } from './once';
import { namespaceOf, type World } from './world';

/** A kind with its group, as kubectl writes it: `Issuer.cert-manager.io`, or `Service` of the core group. */
export type KindName = string;

/** The objects of each kind, and of each kind in each namespace. The kinds of several groups can have one name, such as Gateway and Service. */
const byKind = once((world) => {
  const known = new Map<string, Manifest[]>();
  for (const manifest of world.manifests) {
    const { apiVersion, kind } = manifest.object;
    const slash = apiVersion.indexOf('/');
    const name = slash === -1 ? kind : `${kind}.${apiVersion.slice(0, slash)}`;
    for (const key of [name, `${name}/${namespaceOf(manifest.object)}`]) {
      const all = known.get(key);
      if (all) all.push(manifest);
      else known.set(key, [manifest]);
    }
  }
  return known;
});

/** The objects of a kind of one group. */
export function declared(world: World, kind: KindName): readonly Manifest[] {
  return byKind(world).get(kind) ?? [];
}

/** The objects of a kind of one group in a namespace. */
export function declaredIn(world: World, kind: KindName, namespace: string): readonly Manifest[] {
  return byKind(world).get(`${kind}/${namespace}`) ?? [];
}

/** The names of some objects, each once. */
export function namesOfAll(manifests: readonly Manifest[]): string[] {
  return [...new Set(manifests.map(({ object }) => object.metadata.name))];
}
