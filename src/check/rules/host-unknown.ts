import { callsOf } from '../calls';
import { mayMake } from '../operator-names';
import { meant, type Rule } from '../rule';

export const hostUnknown: Rule = {
  code: 'host-unknown',
  why: 'The name does not resolve: every call fails, though each part runs.',
  mend: 'Write the name of a Service, with its namespace where it is in another one.',
  *find(world) {
    for (const { manifest, field, host, name, namespace, service } of callsOf(world)) {
      if (service || mayMake(world, namespace, name)) continue;
      yield {
        manifest,
        field,
        message: `No Service is called ${JSON.stringify(name)} in the namespace ${namespace}.`,
        got: host,
        ...meant(name, world.namesOf('Service', namespace), 'add the Service; a host outside the cluster has a dot in its name.'),
      };
    }
  },
};
