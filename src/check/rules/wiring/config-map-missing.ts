import { mayMake } from '../../world/generated/operator-names';
import { references } from '../../world/workloads/references';
import { meant, type Rule } from '../rule';

export const configMapMissing: Rule = {
  code: 'config-map-missing',
  why: 'The pod does not start. It stays in ContainerCreating or CreateContainerConfigError.',
  fix: 'Add the ConfigMap or the key, or mark the reference as optional.',
  *find(world) {
    for (const pods of world.pods) {
      for (const { name, key, field } of references(pods, 'ConfigMap')) {
        // Every namespace has the ConfigMap with the certificate of the cluster.
        if (name === 'kube-root-ca.crt' || mayMake(world, pods.namespace, name)) continue;
        const found = world.find('ConfigMap', pods.namespace, name);
        if (found?.unsure) continue;
        const map = found?.object;
        const keys = map && [...Object.keys(map.data ?? {}), ...Object.keys(map.binaryData ?? {})];
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
    }
  },
};
