import { mayMake } from '../../world/operator-names';
import { meant, type Rule } from '../rule';
import { isText } from '../../world/world';

export const serviceAccountMissing: Rule = {
  code: 'service-account-missing',
  why: 'No pod is made, and only the events of the workload say why.',
  fix: 'Add the ServiceAccount, or name one that is there.',
  *find(world) {
    for (const { manifest, namespace, spec, at } of world.pods) {
      // Kubernetes still takes the older spelling.
      const field = spec.serviceAccountName ? 'serviceAccountName' : 'serviceAccount';
      const name = spec[field];
      // Every namespace has the one called default.
      if (
        !isText(name) ||
        name === 'default' ||
        world.find('ServiceAccount', namespace, name) ||
        mayMake(world, namespace, name)
      )
        continue;
      yield {
        manifest,
        field: [...at, field],
        message: `There is no ServiceAccount ${JSON.stringify(name)} in the namespace ${namespace}.`,
        got: name,
        ...meant(
          name,
          world.namesOf('ServiceAccount', namespace),
          'add the ServiceAccount: without it no pod is made.',
        ),
      };
    }
  },
};
