import type { V1Service } from '@kubernetes/client-node';
import { callsOf } from '../../world/network/calls';
import type { Rule } from '../rule';
import { containersOf, listOf, type World } from '../../world/world';

export const hostPortMissing: Rule = {
  code: 'host-port-missing',
  why: 'The Service does not listen on that port, so the call times out.',
  fix: 'Use a port of the Service, not a port of the container.',
  *find(world) {
    for (const { manifest, field, name, namespace, port, service } of callsOf(world)) {
      if (!service || port === undefined || service.spec?.type === 'ExternalName') continue;
      const ports = portsOf(world, service, namespace);
      if (ports.length === 0 || ports.includes(port)) continue;
      // A folder that is not checked may change the Service.
      if (world.outside.has('Service', name)) continue;
      yield {
        manifest,
        field,
        message: `The Service ${name} has no port ${port}.`,
        got: String(port),
        expected: `one of ${ports.join(', ')}`,
        fix: `Use ${ports.length === 1 ? `port ${ports[0]}` : 'one of them'}, or add port ${port} to the Service.`,
      };
    }
  },
};

/** The ports that a Service listens on, or an empty list if they are unknown. A headless Service uses the ports of its pods. */
function portsOf(world: World, { spec }: V1Service, namespace: string): number[] {
  const own = listOf(spec?.ports).map(({ port }) => port);
  if (spec?.clusterIP !== 'None') return own;
  const behind =
    spec.selector && Object.keys(spec.selector).length > 0
      ? world.select(namespace, { matchLabels: spec.selector })
      : [];
  const declared = behind.flatMap((pods) =>
    containersOf(pods).flatMap(({ container }) => listOf(container.ports).map(({ containerPort }) => containerPort)),
  );
  return declared.length > 0 ? [...new Set([...own, ...declared])] : [];
}
