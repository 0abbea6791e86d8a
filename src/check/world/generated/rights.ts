import type { V1PolicyRule, V1RoleBinding } from '@kubernetes/client-node';
import { declared, declaredIn } from '../declared';
import { BINDING_KINDS, type ManifestOf } from '../kinds';
import { once } from '../once';
import { listOf, namespaceOf, type Pods, type World } from '../world';

const RBAC = 'rbac.authorization.k8s.io';

interface BoundRole {
  readonly role: V1RoleBinding['roleRef'] | undefined;
  readonly bindingNamespace: string;
  readonly isForNamespace: boolean;
}

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

/** The bindings of each ServiceAccount, as `namespace/name`. Alternatives count too: one of them is applied. */
const bindings = once((world) => {
  const found = new Map<string, BoundRole[]>();
  for (const kind of BINDING_KINDS) {
    for (const { object } of declared(world, `${kind}.${RBAC}`) as readonly ManifestOf<typeof kind>[]) {
      const here = namespaceOf(object);
      for (const { kind: subject, name, namespace = here } of listOf(object.subjects)) {
        if (subject !== 'ServiceAccount') continue;
        const account = `${namespace}/${name}`;
        const bound = { role: object.roleRef, bindingNamespace: here, isForNamespace: kind === 'RoleBinding' };
        found.set(account, [...(found.get(account) ?? []), bound]);
      }
    }
  }
  return found;
});

/** The rights of pods. Those of a ClusterRoleBinding count for the namespace of the pods only. */
export function* rightsOf(world: World, { namespace, spec }: Pods): Generator<Rights> {
  const account = spec.serviceAccountName ?? spec.serviceAccount ?? 'default';
  for (const { role, bindingNamespace, isForNamespace } of bindings(world).get(`${namespace}/${account}`) ?? [])
    yield {
      namespace: isForNamespace ? bindingNamespace : namespace,
      rules: rulesOf(world, role, bindingNamespace),
    };
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
  const roles = (
    role?.kind === 'Role' ? declaredIn(world, `Role.${RBAC}`, namespace) : declared(world, `ClusterRole.${RBAC}`)
  ) as readonly ManifestOf<'Role'>[];
  return roles
    .filter(({ object }) => object.metadata.name === role?.name)
    .flatMap(({ object }) => listOf(object.rules));
}
