import { references } from '../references';
import { meant, type Rule } from '../rule';

export const secretMissing: Rule = {
  code: 'secret-missing',
  why: 'The pod waits for ever in ContainerCreating or CreateContainerConfigError.',
  mend: 'Add the Secret or the key, mark the reference optional, or annotate what makes it in the cluster.',
  *find(world) {
    for (const pods of world.pods) {
      for (const { name, key, field } of references(pods, 'Secret')) {
        const secret = world.find('Secret', pods.namespace, name)?.object as { data?: object; stringData?: object } | undefined;
        const keys = secret ? [...Object.keys(secret.data ?? {}), ...Object.keys(secret.stringData ?? {})] : world.secretMadeInCluster(pods.namespace, name);
        if (keys && (key === undefined || keys.includes(key))) continue;
        yield keys
          ? { manifest: pods.manifest, field, message: `The Secret ${name} has no key ${JSON.stringify(key)}.`, got: key, ...meant(key!, keys, 'add the key.') }
          : {
              manifest: pods.manifest, field, message: `There is no Secret ${JSON.stringify(name)} in the namespace ${pods.namespace}, and nothing here makes it.`, got: name,
              ...meant(name, world.namesOf('Secret', pods.namespace), "annotate what makes it in the cluster: callsign.dev/makes-secret: '{\"NAME\":[\"KEY\"]}'."),
            };
      }
    }
  },
};
