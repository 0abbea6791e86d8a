import type { V1Service } from '@kubernetes/client-node';
import type { Manifest } from '../../../k8s/objects';
import { minReplicas } from './autoscalers';
import { BINDING_KINDS } from '../kinds';
import { once } from '../once';
import { listOf, namespaceOf, servicesIn, type Pods, type World } from '../world';

/** The number of replicas in the manifest of a workload, if it is set. */
export function writtenReplicas({ object }: Manifest): number | undefined {
  const { replicas } = (object.spec ?? {}) as { replicas?: unknown };
  return typeof replicas === 'number' ? replicas : undefined;
}

/** The minimum number of replicas of a workload, or undefined if the kind has no replicas. */
export function replicasOf(world: World, manifest: Manifest): number | undefined {
  const { kind } = manifest.object;
  if (!['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].includes(kind)) return undefined;
  return minReplicas(world).get(manifest) ?? writtenReplicas(manifest) ?? 1;
}

/** The pods that a Service selects. */
export const servedPods = once(
  (world): ReadonlySet<Pods> =>
    new Set([...servicesIn(world)].flatMap(({ namespace, spec }) => selected(world, namespace, spec))),
);

function selected(world: World, namespace: string, { selector }: NonNullable<V1Service['spec']>): readonly Pods[] {
  return selector && Object.keys(selector).length > 0 ? world.select(namespace, { matchLabels: selector }) : [];
}

/** The ServiceAccounts with permissions, as `NAMESPACE/NAME`. */
export const accountsWithRights = once(
  (world): ReadonlySet<string> =>
    new Set(
      BINDING_KINDS.flatMap((kind) =>
        world.ofKind(kind).flatMap(({ object }) =>
          listOf(object.subjects)
            .filter((subject) => subject.kind === 'ServiceAccount')
            .map(({ name, namespace }) => `${namespace ?? namespaceOf(object)}/${name}`),
        ),
      ),
    ),
);

/** Whether pods have a token and permissions for the API server. */
export function reachesApi(world: World, { namespace, spec }: Pods): boolean {
  const hasToken =
    spec.automountServiceAccountToken !== false ||
    listOf(spec.volumes).some(({ projected }) =>
      listOf(projected?.sources).some((source) => source.serviceAccountToken),
    );
  return hasToken && accountsWithRights(world).has(`${namespace}/${spec.serviceAccountName ?? 'default'}`);
}
