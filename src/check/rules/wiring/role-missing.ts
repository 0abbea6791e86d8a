import { BINDING_KINDS } from '../../world/kinds';
import { mayExist } from '../../world/generated/may-exist';
import { meant, type Rule } from '../rule';
import { isSystem, isText, namespaceOf } from '../../world/world';

/** Roles that every cluster has. */
const BUILT_IN = /^(cluster-admin|admin|edit|view|system:.*)$/;

export const roleMissing: Rule = {
  code: 'role-missing',
  why: 'The API server accepts the binding, but it grants no permissions. Requests fail only at run time.',
  fix: 'Add the role, or name an existing one. A Role is in the namespace of its binding.',
  *find(world) {
    for (const bound of BINDING_KINDS) {
      for (const manifest of world.ofKind(bound)) {
        const { kind, name } = manifest.object.roleRef ?? {};
        if (
          !isText(name) ||
          !isText(kind) ||
          (kind !== 'Role' && kind !== 'ClusterRole') ||
          (kind === 'ClusterRole' && BUILT_IN.test(name))
        )
          continue;
        const namespace = namespaceOf(manifest.object);
        // The cluster creates roles in its system namespaces.
        if (kind === 'Role' && isSystem(namespace)) continue;
        const names =
          kind === 'Role'
            ? world.namesOf(kind, namespace)
            : world.ofKind(kind).map(({ object }) => object.metadata.name);
        // The cluster may have ClusterRoles that are not in the manifests.
        if (names.includes(name) || world.find(kind, namespace, name) || (kind === 'ClusterRole' && names.length === 0))
          continue;
        if (world.outside.has(kind, name) || (kind === 'Role' && mayExist(world, kind, namespace, name))) continue;
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
