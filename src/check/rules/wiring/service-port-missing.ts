import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { containersOf, list, podsTitle, servicesOf, type Pods } from '../../world/world';

export const servicePortMissing: Rule = {
  code: 'service-port-missing',
  why: 'The Service sends calls to a port on which nobody listens.',
  fix: 'Name the port as the container does.',
  *find(world) {
    for (const { manifest, namespace, spec } of servicesOf(world)) {
      if (!spec.selector || Object.keys(spec.selector).length === 0 || spec.type === 'ExternalName') continue;
      const behind = world.select(namespace, { matchLabels: spec.selector });
      for (const [i, port] of list(spec.ports).entries()) {
        const target = port.targetPort ?? port.port;
        for (const pods of behind) {
          const ports = portsOf(pods);
          // A number reaches a port that is not declared; but where ports are declared, another number is a mistake.
          // Callers of a headless Service go to the pods themselves: its numbers tell nothing.
          const found = ports.some(({ name, containerPort }) => name === target || containerPort === target);
          if (found || (typeof target === 'number' && (ports.length === 0 || spec.clusterIP === 'None'))) continue;
          yield {
            manifest,
            field: ['spec', 'ports', i, (port.targetPort ?? undefined) === undefined ? 'port' : 'targetPort'],
            message: `No container of ${podsTitle(pods)} has the port ${show(target)}.`,
            got: show(target),
            expected:
              ports.length > 0
                ? `one of ${ports.map(({ name, containerPort }) => (name ? `${name} (${containerPort})` : containerPort)).join(', ')}`
                : 'a port that the pod declares',
            fix: 'Name the port as the container does, or add it to the container.',
          };
        }
      }
    }
  },
};

function portsOf(pods: Pods) {
  return containersOf(pods).flatMap(({ container }) => list(container.ports));
}
