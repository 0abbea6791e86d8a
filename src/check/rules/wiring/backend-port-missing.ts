import { show } from '../../../basics/text';
import { backendsOf } from '../../world/network/backends';
import type { Rule } from '../rule';
import { listOf } from '../../world/world';

export const backendPortMissing: Rule = {
  code: 'backend-port-missing',
  why: 'Requests for the path fail with an error from the gateway.',
  fix: 'Use a port of the Service, not a port of the container.',
  *find(world) {
    for (const { manifest, name, port, field, service, unsure } of backendsOf(world)) {
      if (!service || unsure || service.spec?.type === 'ExternalName') continue;
      const ports = listOf(service.spec?.ports);
      const found = ports.some((one) =>
        port?.name === undefined ? one.port === port?.number : one.name === port.name,
      );
      // A folder that is not checked may change the Service.
      if (found || (port && world.outside.has('Service', name))) continue;
      const named = port?.name ?? port?.number;
      yield {
        manifest,
        field: port ? [...field, 'port'] : field,
        got: show(port ?? null),
        fix: 'Use a port of the Service, not a port of the container.',
        message:
          named === undefined
            ? `The backend has no port for the Service ${name}.`
            : `The Service ${name} has no port ${show(named)}.`,
        expected:
          ports.length > 0
            ? `one of ${ports.map((p) => (p.name ? `${p.name} (${p.port})` : p.port)).join(', ')}`
            : 'a port of the Service',
      };
    }
  },
};
