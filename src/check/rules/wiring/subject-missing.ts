import type { V1RoleBinding } from '@kubernetes/client-node';
import { mayMake } from '../../world/operator-names';
import { meant, type Rule } from '../rule';
import { isText, list, namespaceOf } from '../../world/world';

export const subjectMissing: Rule = {
  code: 'subject-missing',
  why: 'The right is given to nobody, without a word: whoever needs it is refused when it runs.',
  fix: 'Name a ServiceAccount that is there, with its namespace.',
  *find(world) {
    for (const bound of ['RoleBinding', 'ClusterRoleBinding']) {
      for (const manifest of world.ofKind(bound)) {
        for (const [i, subject] of list((manifest.object as unknown as V1RoleBinding).subjects).entries()) {
          const { kind, name } = subject;
          const namespace = subject.namespace ?? namespaceOf(manifest.object);
          // Every namespace has the one called default; of namespaces that are elsewhere nothing is known.
          if (
            kind !== 'ServiceAccount' ||
            !isText(name) ||
            name === 'default' ||
            !world.knowsNamespace(namespace) ||
            world.find('ServiceAccount', namespace, name) ||
            mayMake(world, namespace, name)
          )
            continue;
          yield {
            manifest,
            field: ['subjects', i, 'name'],
            message: `There is no ServiceAccount ${JSON.stringify(name)} in the namespace ${namespace}.`,
            got: name,
            ...meant(name, world.namesOf('ServiceAccount', namespace), 'add the ServiceAccount.'),
          };
        }
      }
    }
  },
};
