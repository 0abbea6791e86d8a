import type { V1RoleBinding } from '@kubernetes/client-node';
import { meant, type Rule } from '../rule';
import { isSystem, isText, namespaceOf } from '../../world/world';

/** Roles that every cluster has. */
const BUILT_IN = /^(cluster-admin|admin|edit|view|system:.*)$/;

export const roleMissing: Rule = {
  code: 'role-missing',
  why: 'The binding gives nothing, without a word: whoever needs the right is refused when it runs.',
  fix: 'Add the Role, or name one that is there; a Role is of the namespace of its binding.',
  *find(world) {
    for (const bound of ['RoleBinding', 'ClusterRoleBinding']) {
      for (const manifest of world.ofKind(bound)) {
        const { kind, name } = (manifest.object as unknown as V1RoleBinding).roleRef ?? {};
        if (
          !isText(name) ||
          !isText(kind) ||
          (kind !== 'Role' && kind !== 'ClusterRole') ||
          (kind === 'ClusterRole' && BUILT_IN.test(name))
        )
          continue;
        const namespace = namespaceOf(manifest.object);
        // The cluster itself keeps roles in its own namespaces.
        if (kind === 'Role' && isSystem(namespace)) continue;
        const names =
          kind === 'Role'
            ? world.namesOf(kind, namespace)
            : world.ofKind(kind).map(({ object }) => object.metadata.name);
        // What a ClusterRole of somebody else gives is known where that runs.
        if (names.includes(name) || (kind === 'ClusterRole' && names.length === 0)) continue;
        yield {
          manifest,
          field: ['roleRef', 'name'],
          message: `There is no ${kind} ${JSON.stringify(name)}${kind === 'Role' ? ` in the namespace ${namespace}` : ''}.`,
          got: name,
          ...meant(name, names, `add the ${kind}.`),
        };
      }
    }
  },
};
