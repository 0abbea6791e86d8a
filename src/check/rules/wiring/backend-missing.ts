import { backendsOf } from '../../world/network/backends';
import { mayExist } from '../../world/generated/may-exist';
import { meant, type Rule } from '../rule';

export const backendMissing: Rule = {
  code: 'backend-missing',
  why: 'Requests for the path fail with an error from the gateway.',
  fix: 'Name a Service of the same namespace.',
  *find(world) {
    for (const { manifest, namespace, name, field, service } of backendsOf(world)) {
      if (service || mayExist(world, 'Service', namespace, name)) continue;
      // If all workloads are in other namespaces, the Services of this one are unknown.
      if (
        world.pods.length > 0 &&
        !world.hasPods(namespace) &&
        world.namesOf('Service', namespace).length === 0 &&
        !world.ofKind('Service').some(({ object }) => object.metadata.name === name)
      )
        continue;
      yield {
        manifest,
        field: [...field, 'name'],
        message: `There is no Service ${JSON.stringify(name)} in the namespace ${namespace}.`,
        got: name,
        ...meant(
          name,
          world.namesOf('Service', namespace),
          manifest.object.kind === 'Ingress' ? 'add the Service to the namespace of the Ingress.' : 'add the Service.',
        ),
      };
    }
  },
};
