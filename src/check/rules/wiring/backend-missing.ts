import { backendsOf } from '../../world/backends';
import { mayMake } from '../../world/operator-names';
import { meant, type Rule } from '../rule';

export const backendMissing: Rule = {
  code: 'backend-missing',
  why: 'Whoever asks for the path gets an error from the gateway.',
  fix: 'Name a Service of the same namespace.',
  *find(world) {
    for (const { manifest, namespace, name, field, service } of backendsOf(world)) {
      if (service || mayMake(world, namespace, name)) continue;
      yield {
        manifest,
        field: [...field, 'name'],
        message: `No Service is called ${JSON.stringify(name)} in the namespace ${namespace}.`,
        got: name,
        ...meant(
          name,
          world.namesOf('Service', namespace),
          manifest.object.kind === 'Ingress'
            ? 'add the Service: an Ingress reaches only its own namespace.'
            : 'add the Service.',
        ),
      };
    }
  },
};
