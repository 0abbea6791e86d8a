import { typoOf } from '../../../basics/typo';
import { show } from '../../../basics/text';
import { mayMake } from '../../world/generated/operator-names';
import { extensionServices } from '../../world/network/extension-services';
import { namespaceMeant } from '../../world/namespaces';
import { meant, type Rule } from '../rule';
import { listOf } from '../../world/world';

export const extensionServiceMissing: Rule = {
  code: 'extension-service-missing',
  why: 'The API server cannot call the webhook or the extension, so it rejects or delays the requests that need it.',
  fix: 'Use the name, the namespace and a port of the Service.',
  *find(world) {
    for (const { manifest, field, name, namespace, port } of extensionServices(world)) {
      const service = world.find('Service', namespace, name);
      if (service) {
        const ports = listOf(service.object.spec?.ports).map((one) => one.port);
        if (ports.length === 0 || ports.includes(port as number)) continue;
        yield {
          manifest,
          field: [...field, 'port'],
          message: `The Service ${name} has no port ${show(port)}.`,
          expected: `one of ${ports.join(', ')}`,
          got: show(port),
          fix: `Set port: ${ports[0]}, or add port ${show(port)} to the Service. Without port, the API server uses 443.`,
        };
        continue;
      }
      const names = world.namesOf('Service', namespace);
      const elsewhere = namespaceMeant(world, { kind: 'Service', name, namespace });
      // The Services of other namespaces are unknown, and operators create some.
      const isComplete = world.knowsNamespace(namespace) && names.length > 0 && !mayMake(world, namespace, name);
      if (!elsewhere && !isComplete && !typoOf(name, names)) continue;
      yield {
        manifest,
        field: [...field, elsewhere ? 'namespace' : 'name'],
        message: `There is no Service ${JSON.stringify(name)} in the namespace ${namespace}.`,
        got: elsewhere ? namespace : name,
        ...(elsewhere
          ? { expected: elsewhere, fix: `Did you mean the namespace ${elsewhere}? Otherwise, add the Service.` }
          : meant(name, names, 'add the Service.')),
      };
    }
  },
};
