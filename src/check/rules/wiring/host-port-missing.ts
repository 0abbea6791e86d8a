import type { V1Service } from '@kubernetes/client-node';
import { callsOf } from '../../world/network/calls';
import { mayListenOn } from '../../world/network/mentioned-ports';
import { portCalled, targetOf } from '../../world/network/ports';
import type { Rule } from '../rule';
import { containersOf, listOf, type Pods, type World } from '../../world/world';

export const hostPortMissing: Rule = {
  code: 'host-port-missing',
  why: 'The Service does not listen on that port, so the call times out.',
  fix: 'Use a port of the Service, not a port of the container.',
  *find(world) {
    for (const { manifest, field, name, namespace, port, service } of callsOf(world)) {
      if (!service || port === undefined || service.spec?.type === 'ExternalName') continue;
      const target = untranslated(world, service, namespace, port);
      if (target !== undefined) {
        yield {
          manifest,
          field,
          message: `The Service ${name} is headless, so nothing forwards port ${port} to port ${target} of its pods.`,
          got: String(port),
          expected: String(target),
          fix: `Use port ${target}, or remove clusterIP: None from the Service.`,
        };
        continue;
      }
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

/** The port of the pods to which a headless Service cannot translate its port. Undefined if the pods may have the port. */
function untranslated(world: World, service: V1Service, namespace: string, port: number): number | undefined {
  const at = portCalled(service, port);
  if (!at || service.spec?.clusterIP !== 'None') return undefined;
  const behind = podsBehind(world, service, namespace);
  if (behind.some((pods) => declaredPorts(pods).includes(port) || mayListenOn(world, pods, port))) return undefined;
  return behind.map((pods) => targetOf(at, pods)).find((target) => target !== undefined && target !== port);
}

function podsBehind(world: World, { spec }: V1Service, namespace: string): readonly Pods[] {
  return spec?.selector && Object.keys(spec.selector).length > 0
    ? world.select(namespace, { matchLabels: spec.selector })
    : [];
}

/** The ports that a Service listens on, or an empty list if they are unknown. A headless Service uses the ports of its pods. */
function portsOf(world: World, service: V1Service, namespace: string): number[] {
  const own = listOf(service.spec?.ports).map(({ port }) => port);
  if (service.spec?.clusterIP !== 'None') return own;
  const declared = podsBehind(world, service, namespace).flatMap(declaredPorts);
  return declared.length > 0 ? [...new Set([...own, ...declared])] : [];
}

function declaredPorts(pods: Pods): number[] {
  return containersOf(pods).flatMap(({ container }) =>
    listOf(container.ports).map(({ containerPort }) => containerPort),
  );
}
