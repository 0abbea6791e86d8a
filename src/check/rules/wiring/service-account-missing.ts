import { mayExist } from '../../world/generated/may-exist';
import { meant, type Rule } from '../rule';
import { isText } from '../../world/world';

export const serviceAccountMissing: Rule = {
  code: 'service-account-missing',
  why: 'No pods are created, and only the events of the workload report the reason.',
  fix: 'Add the ServiceAccount, or name an existing one.',
  *find(world) {
    for (const { manifest, namespace, spec, at } of world.pods) {
      // Kubernetes still accepts the older field.
      const field = spec.serviceAccountName ? 'serviceAccountName' : 'serviceAccount';
      const name = spec[field];
      // Every namespace has the ServiceAccount default.
      if (
        !isText(name) ||
        name === 'default' ||
        world.find('ServiceAccount', namespace, name) ||
        mayExist(world, 'ServiceAccount', namespace, name)
      )
        continue;
      yield {
        manifest,
        field: [...at, field],
        message: `There is no ServiceAccount ${JSON.stringify(name)} in the namespace ${namespace}.`,
        got: name,
        ...meant(name, world.namesOf('ServiceAccount', namespace), 'add the ServiceAccount.'),
      };
    }
  },
};
