import { once } from '../once';
import type { World } from '../world';
import { allows, rightsOf } from './rights';

const CREATE = {
  groups: ['', 'apps', 'batch'],
  resources: ['pods', 'deployments', 'statefulsets', 'daemonsets', 'replicasets', 'jobs'],
  verbs: ['create', 'patch', 'update'],
};

const namespaces = once(
  (world): ReadonlySet<string> =>
    new Set(
      world.pods
        .flatMap((pods) => [...rightsOf(world, pods)])
        .filter((rights) => allows(rights, CREATE))
        .map(({ namespace }) => namespace),
    ),
);

/** Whether a program of the manifests may create pods in a namespace, or change their labels. */
export function createsPods(world: World, namespace: string): boolean {
  return namespaces(world).has(namespace);
}
