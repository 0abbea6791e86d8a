import { show } from '../../../basics/text';
import { backendsOf } from '../../world/backends';
import type { Rule } from '../rule';
import { list } from '../../world/world';

export const backendPortMissing: Rule = {
  code: 'backend-port-missing',
  why: 'Whoever asks for the path gets an error from the gateway.',
  fix: 'Name a port of the Service, not that of the container behind it.',
  *find(world) {
    for (const { manifest, name, port, field, service } of backendsOf(world)) {
      if (!service || service.spec?.type === 'ExternalName') continue;
      const ports = list(service.spec?.ports);
      const found =
        port?.name !== undefined ? ports.some((p) => p.name === port.name) : ports.some((p) => p.port === port?.number);
      if (found) continue;
      const named = port?.name ?? port?.number;
      yield {
        manifest,
        field: port ? [...field, 'port'] : field,
        got: show(port ?? null),
        fix: 'Name a port of the Service: not that of the container behind it.',
        message:
          named === undefined
            ? `It names no port of the Service ${name}.`
            : `The Service ${name} has no port ${show(named)}.`,
        expected:
          ports.length > 0
            ? `one of ${ports.map((p) => (p.name ? `${p.name} (${p.port})` : p.port)).join(', ')}`
            : 'a port that the Service has',
      };
    }
  },
};
