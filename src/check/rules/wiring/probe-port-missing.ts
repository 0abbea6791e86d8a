import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { containersOf, listOf } from '../../world/world';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;
const WAYS = ['httpGet', 'tcpSocket', 'grpc'] as const;

export const probePortMissing: Rule = {
  code: 'probe-port-missing',
  why: 'The probe never succeeds, so the pod never becomes ready or restarts repeatedly.',
  fix: 'Use a port that the container declares.',
  *find(world) {
    for (const pods of world.everyPod) {
      for (const { container, at } of containersOf(pods)) {
        const ports = listOf(container.ports);
        for (const probe of PROBES) {
          for (const way of WAYS) {
            const port = container[probe]?.[way]?.port;
            // A number does not have to be declared. A name is looked up in the same container.
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
              fix: 'Use a declared port, or declare this port.',
            };
          }
        }
      }
    }
  },
};
