import { typoOf } from '../../../basics/typo';
import { BINDING_KINDS } from '../../world/kinds';
import { mayExist } from '../../world/generated/may-exist';
import { namespaceMeant } from '../../world/namespaces';
import { meant, type Rule } from '../rule';
import { isText, listOf, namespaceOf } from '../../world/world';

export const subjectMissing: Rule = {
  code: 'subject-missing',
  why: 'The API server accepts the binding, but it grants the permissions to no pod. Requests fail only at run time.',
  fix: 'Name an existing ServiceAccount and its namespace.',
  *find(world) {
    for (const bound of BINDING_KINDS) {
      for (const manifest of world.ofKind(bound)) {
        for (const [i, subject] of listOf(manifest.object.subjects).entries()) {
          const { kind, name } = subject;
          const namespace = subject.namespace ?? namespaceOf(manifest.object);
          // Every namespace has the ServiceAccount default.
          if (
            kind !== 'ServiceAccount' ||
            !isText(name) ||
            !isText(namespace) ||
            name === 'default' ||
            world.find('ServiceAccount', namespace, name) ||
            mayExist(world, 'ServiceAccount', namespace, name)
          )
            continue;
          const home = namespaceMeant(world, { kind, name, namespace });
          if (home)
            yield {
              manifest,
              field: ['subjects', i, 'namespace'],
              message: `There is no ServiceAccount ${JSON.stringify(name)} in the namespace ${namespace}.`,
              expected: home,
              got: namespace,
              fix: `Did you mean the namespace ${home}? Otherwise, add the ServiceAccount.`,
            };
          // Namespaces outside the manifests are unknown.
          if (!world.knowsNamespace(namespace) && !typoOf(name, world.namesOf('ServiceAccount', namespace))) continue;
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
