import { filledConfigMapsOf } from '../../../k8s/annotated-objects';
import { isFilledLater } from '../../world/generated/filled-later';
import { mayExist } from '../../world/generated/may-exist';
import { mountedFiles } from '../../world/workloads/mounted-files';
import { references } from '../../world/workloads/references';
import { fileMissing } from '../file-missing';
import { meant, type Rule } from '../rule';
import { once } from '../../world/once';
import { namespaceOf, type World } from '../../world/world';

export const configMapMissing: Rule = {
  code: 'config-map-missing',
  why: 'The pod does not start. It stays in ContainerCreating or CreateContainerConfigError.',
  fix: 'Add the ConfigMap or the key, or mark the reference as optional.',
  *find(world) {
    for (const pods of world.pods) {
      for (const { name, key, field } of references(pods, 'ConfigMap')) {
        const map = world.find('ConfigMap', pods.namespace, name)?.object;
        const isKnown = filledKeys(world).has(`${pods.namespace}/${name}`);
        if (map ? isFilledLater(world, map) && !isKnown : mayExist(world, 'ConfigMap', pods.namespace, name)) continue;
        const keys = keysOf(world, pods.namespace, name);
        if (keys && (key === undefined || keys.includes(key))) continue;
        yield keys
          ? {
              manifest: pods.manifest,
              field,
              message: `The ConfigMap ${name} has no key ${JSON.stringify(key)}.`,
              got: key,
              ...meant(key!, keys, 'add the key.'),
            }
          : {
              manifest: pods.manifest,
              field,
              message: `There is no ConfigMap ${JSON.stringify(name)} in the namespace ${pods.namespace}.`,
              got: name,
              ...meant(
                name,
                world.namesOf('ConfigMap', pods.namespace),
                'add the ConfigMap, or mark the reference as optional.',
              ),
            };
      }
      for (const file of mountedFiles(pods, 'ConfigMap')) {
        const found = fileMissing(file, 'ConfigMap', keysOf(world, pods.namespace, file.name));
        if (found) yield { manifest: pods.manifest, ...found };
      }
    }
  },
};

/** The keys of a ConfigMap, if it is in the manifests and has all of them. */
function keysOf(world: World, namespace: string, name: string): string[] | undefined {
  const map = world.find('ConfigMap', namespace, name)?.object;
  const filled = filledKeys(world).get(`${namespace}/${name}`);
  return map && (filled || !isFilledLater(world, map))
    ? [...Object.keys(map.data ?? {}), ...Object.keys(map.binaryData ?? {}), ...(filled ?? [])]
    : undefined;
}

/** The keys that objects of the manifests add to ConfigMaps in the cluster, by `NAMESPACE/NAME`. */
const filledKeys = once((world): ReadonlyMap<string, readonly string[]> => {
  const all = new Map<string, readonly string[]>();
  for (const { object } of world.manifests) {
    for (const [name, keys] of filledConfigMapsOf(object)) {
      const id = `${namespaceOf(object)}/${name}`;
      all.set(id, [...(all.get(id) ?? []), ...keys]);
    }
  }
  return all;
});
