import type { V1RoleBinding, V1Service } from '@kubernetes/client-node';
import type { Manifest } from '../../k8s/objects';
import { fewestCopies } from './autoscalers';
import { once } from './once';
import { list, namespaceOf, servicesOf, type Pods, type World } from './world';

/** The fewest copies that a workload has: as its autoscaler says, or as is written; undefined where the nodes decide. */
export function copiesOf(world: World, manifest: Manifest): number | undefined {
  const { kind, spec } = manifest.object;
  if (!['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].includes(kind)) return undefined;
  const { replicas } = (spec ?? {}) as { replicas?: unknown };
  return fewestCopies(world).get(manifest) ?? (typeof replicas === 'number' ? replicas : 1);
}

/** The pods that some Service leads to. */
export const servedPods = once(
  (world): ReadonlySet<Pods> =>
    new Set([...servicesOf(world)].flatMap(({ namespace, spec }) => selected(world, namespace, spec))),
);

function selected(world: World, namespace: string, { selector }: NonNullable<V1Service['spec']>): Pods[] {
  return selector && Object.keys(selector).length > 0 ? world.select(namespace, { matchLabels: selector }) : [];
}

/** The accounts that were given rights, as `NAMESPACE/NAME`. */
export const accountsWithRights = once(
  (world): ReadonlySet<string> =>
    new Set(
      ['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) =>
        world.ofKind(kind).flatMap(({ object }) =>
          list((object as unknown as V1RoleBinding).subjects)
            .filter((subject) => subject.kind === 'ServiceAccount')
            .map(({ name, namespace }) => `${namespace ?? namespaceOf(object)}/${name}`),
        ),
      ),
    ),
);

/** Whether pods have rights that they use at the API server. */
export function reachesApi(world: World, { namespace, spec }: Pods): boolean {
  return (
    spec.automountServiceAccountToken !== false &&
    accountsWithRights(world).has(`${namespace}/${spec.serviceAccountName ?? 'default'}`)
  );
}
