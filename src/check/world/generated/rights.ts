import type { V1PolicyRule, V1RoleBinding } from '@kubernetes/client-node';
import { BINDING_KINDS } from '../kinds';
import { listOf, namespaceOf, type Pods, type World } from '../world';

/** A request to the API server. One of each list is enough. */
interface Action {
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What the token of some pods allows in a namespace. */
interface Rights {
  readonly namespace: string;
  /** The rules of the role. Every action is allowed without them. */
  readonly rules: readonly V1PolicyRule[] | 'all';
}

/** The rights of pods. Those of a ClusterRoleBinding count for the namespace of the pods only. */
export function* rightsOf(world: World, { namespace, spec }: Pods): Generator<Rights> {
  const account = spec.serviceAccountName ?? spec.serviceAccount ?? 'default';
  for (const bound of BINDING_KINDS) {
    for (const { object } of world.ofKind(bound)) {
      const here = namespaceOf(object);
      const given = listOf(object.subjects).some(
        (one) => one.kind === 'ServiceAccount' && one.name === account && (one.namespace ?? here) === namespace,
      );
      if (given)
        yield {
          namespace: bound === 'RoleBinding' ? here : namespace,
          rules: rulesOf(world, object.roleRef, here),
        };
    }
  }
}

/** Whether rights include an action. */
export function allows({ rules }: Rights, { groups, resources, verbs }: Action): boolean {
  return (
    rules === 'all' ||
    rules.some(
      (rule) => hasOne(rule.apiGroups, groups) && hasOne(rule.resources, resources) && hasOne(rule.verbs, verbs),
    )
  );
}

/** Whether a list of a rule has one of the values. */
export function hasOne(values: readonly string[] | null | undefined, wanted: readonly string[]): boolean {
  return listOf(values).some((one) => one === '*' || wanted.includes(one));
}

function rulesOf(world: World, role: V1RoleBinding['roleRef'] | undefined, namespace: string): Rights['rules'] {
  if (role?.kind === 'ClusterRole' && /^(cluster-admin|admin|edit)$/.test(role.name)) return 'all';
  const found =
    role?.kind === 'Role'
      ? world.find('Role', namespace, role.name)
      : world.ofKind('ClusterRole').find(({ object }) => object.metadata.name === role?.name);
  return listOf(found?.object.rules);
}
