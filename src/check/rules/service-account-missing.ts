import { meant, type Rule } from '../rule';

export const serviceAccountMissing: Rule = {
  code: 'service-account-missing',
  *find(world) {
    for (const { manifest, namespace, spec, at } of world.pods) {
      const name = spec.serviceAccountName;
      // Every namespace has the one called default.
      if (!name || name === 'default' || world.find('ServiceAccount', namespace, name)) continue;
      yield {
        manifest, field: [...at, 'serviceAccountName'], message: `There is no ServiceAccount ${JSON.stringify(name)} in the namespace ${namespace}.`, got: name,
        ...meant(name, world.namesOf('ServiceAccount', namespace), 'add the ServiceAccount: without it no pod is made.'),
      };
    }
  },
};
