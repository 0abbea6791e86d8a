import { show } from '../../../basics/text';
import { areAllPortsUsed, mayListenOn, probedPorts } from '../../world/network/mentioned-ports';
import type { Rule } from '../rule';
import { containersOf, listOf, podsTitle, servicesIn, type Pods } from '../../world/world';

export const servicePortMissing: Rule = {
  code: 'service-port-missing',
  why: 'The Service sends calls to a port that no container listens on.',
  fix: 'Use a port that the container declares.',
  *find(world) {
    for (const { manifest, namespace, spec } of servicesIn(world)) {
      if (!spec.selector || Object.keys(spec.selector).length === 0 || spec.type === 'ExternalName') continue;
      const behind = world.select(namespace, { matchLabels: spec.selector });
      for (const [i, port] of listOf(spec.ports).entries()) {
        const target = port.targetPort ?? port.port;
        for (const pods of behind) {
          const ports = portsOf(pods);
          // An undeclared port number works too. But if the ports or probes of the pod have numbers, another one is a mistake.
          // Callers of a headless Service connect to the pods directly, so its port numbers have no effect.
          const found = ports.some(({ name, containerPort }) => name === target || containerPort === target);
          const probed = ports.length === 0 ? probedPorts(pods) : [];
          const isUnknown = ports.length + probed.length === 0;
          if (found || (typeof target === 'number' && (isUnknown || spec.clusterIP === 'None'))) continue;
          if (
            typeof target === 'number'
              ? mayListenOn(world, pods, target) || (ports.length > 0 && areAllPortsUsed(world, pods))
              : world.outside.portsOf(pods.manifest.object).includes(target)
          )
            continue;
          yield {
            manifest,
            field: ['spec', 'ports', i, (port.targetPort ?? undefined) === undefined ? 'port' : 'targetPort'],
            message: `No container of ${podsTitle(pods)} has the port ${show(target)}.`,
            got: show(target),
            expected:
              ports.length > 0
                ? `one of ${ports.map(({ name, containerPort }) => (name ? `${name} (${containerPort})` : containerPort)).join(', ')}`
                : probed.length > 0
                  ? `a port of its probes, such as ${probed[0]}`
                  : 'a port that the pod declares',
            fix: 'Use a port that the container declares, or add the port to the container.',
          };
        }
      }
    }
  },
};

function portsOf(pods: Pods) {
  return containersOf(pods).flatMap(({ container }) => listOf(container.ports));
}
