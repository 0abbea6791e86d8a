import type { V1RoleBinding } from '@kubernetes/client-node';
import { once } from '../once';
import { containersOf, isText, listOf, namespaceOf, type Pods, type World } from '../world';

/** The words in the commands and variables of programs that may create Secrets, by namespace. */
const wordsOfCreators = once((world) => {
  const words = new Map<string, Set<string>>();
  for (const pods of world.pods) {
    if (!mayCreateSecrets(world, pods)) continue;
    const known = words.get(pods.namespace) ?? new Set();
    words.set(pods.namespace, known);
    for (const { container } of containersOf(pods)) {
      const texts = [
        ...listOf(container.command),
        ...listOf(container.args),
        ...listOf(container.env).map(({ value }) => value),
      ];
      for (const text of texts.filter(isText)) for (const word of text.split(/[\s=,:/'"]+/)) known.add(word);
    }
  }
  return words;
});

/** Whether a program may create the Secret at run time: it has the permission and knows the name. */
export function mayCreateSecret(world: World, namespace: string, name: string): boolean {
  return wordsOfCreators(world).get(namespace)?.has(name) ?? false;
}

function mayCreateSecrets(world: World, { namespace, spec }: Pods): boolean {
  const account = spec.serviceAccountName ?? spec.serviceAccount ?? 'default';
  return [...world.ofKind('RoleBinding'), ...world.ofKind('ClusterRoleBinding')].some((manifest) => {
    const { kind, roleRef, subjects } = manifest.object;
    const here = namespaceOf(manifest.object);
    if (kind === 'RoleBinding' && here !== namespace) return false;
    const given = listOf(subjects).some(
      (one) => one.kind === 'ServiceAccount' && one.name === account && (one.namespace ?? here) === namespace,
    );
    return given && createsSecrets(world, roleRef, here);
  });
}

function createsSecrets(world: World, role: V1RoleBinding['roleRef'] | undefined, namespace: string): boolean {
  if (role?.kind === 'ClusterRole' && /^(cluster-admin|admin|edit)$/.test(role.name)) return true;
  const found =
    role?.kind === 'Role'
      ? world.find('Role', namespace, role.name)
      : world.ofKind('ClusterRole').find(({ object }) => object.metadata.name === role?.name);
  const has = (values: readonly string[] | undefined, value: string) =>
    listOf(values).some((one) => one === value || one === '*');
  return listOf(found?.object?.rules).some(
    ({ apiGroups, resources, verbs }) => has(apiGroups, '') && has(resources, 'secrets') && has(verbs, 'create'),
  );
}
