import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { containersOf, list } from '../../world/world';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;
const WAYS = ['httpGet', 'tcpSocket', 'grpc'] as const;

export const probePortMissing: Rule = {
  code: 'probe-port-missing',
  why: 'The probe never succeeds: the pod is never ready, or is killed again and again.',
  fix: 'Probe a port that the container listens on.',
  *find(world) {
    for (const pods of world.pods) {
      for (const { container, at } of containersOf(pods)) {
        const ports = list(container.ports);
        for (const probe of PROBES) {
          for (const way of WAYS) {
            const port = container[probe]?.[way]?.port;
            // A number is a port of the pod, declared or not; a name is looked up in the container itself.
            if (typeof port !== 'string' || ports.some(({ name }) => name === port) || /^\d+$/.test(port)) continue;
            yield {
              manifest: pods.manifest,
              field: [...at, probe, way, 'port'],
              message: `The container ${show(container.name)} has no port ${show(port)}.`,
              got: show(port),
              expected:
                ports.length > 0
                  ? `one of ${ports.map(({ name, containerPort }) => (name ? `${name} (${containerPort})` : containerPort)).join(', ')}`
                  : 'a port that the container declares',
              fix: 'Probe a port that the container listens on, or declare it.',
            };
          }
        }
      }
    }
  },
};
