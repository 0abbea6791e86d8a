import type { V1ContainerPort, V1ServicePort } from '@kubernetes/client-node';
import type { EndpointOptions, Entrance } from '../../links/endpoint';
import { portList } from '../shared/port-list';
import type { ResolvedMicroservice } from './resolve';

type Listening = Pick<ResolvedMicroservice, 'http' | 'port' | 'ports'>;
type AllPorts = Pick<ResolvedMicroservice, 'http' | 'port' | 'ports' | 'eventsPort' | 'health'>;

/** The ports for callers, by name. */
export function portsByName({ http, port, ports }: Listening): Record<string, number> {
  return { ...(http && { http: port }), ...ports };
}

/** The ports that are not for callers, by name. */
export function ownPorts({ eventsPort, health }: AllPorts): Record<string, number> {
  return {
    ...(eventsPort !== undefined && { events: eventsPort }),
    ...(health.port !== undefined && { health: health.port }),
  };
}

export function containerPorts(options: AllPorts): V1ContainerPort[] {
  return portList({ ...portsByName(options), ...ownPorts(options) });
}

/** The ports of the Service. HTTP is always on port 80, so callers write no port in URLs. */
export function servicePorts(options: Listening): V1ServicePort[] {
  return Object.entries(portsByName(options)).map(([name, port]) => ({
    name,
    port: options.http && name === 'http' ? 80 : port,
    protocol: 'TCP',
    targetPort: name,
  }));
}

const HTTP = { protocol: 'http', port: 80 } as const;

/**
 * The ways into a microservice. The address of most callers is HTTP on port 80, or the first of the additional ports; a
 * worker has none. A gateway uses only HTTP, and event buses use the port for events if there is one. A caller of another
 * port names it.
 */
export function entrances(
  name: string,
  options: AllPorts,
): Entrance & Pick<EndpointOptions, 'events' | 'routes' | 'byPort'> {
  const { http, port, ports, eventsPort } = options;
  const [first] = Object.values(ports);
  const main = http ? port : first;
  return {
    address: http ? HTTP : first === undefined ? undefined : { protocol: 'tcp', port: first },
    ports: main === undefined ? [] : [main],
    byPort: Object.fromEntries(
      Object.entries(ports).map(([by, number]) => [
        by,
        { address: { protocol: 'tcp', port: number }, port: by, ports: [number] },
      ]),
    ),
    ...(eventsPort !== undefined && { events: { address: HTTP, service: eventsService(name), ports: [eventsPort] } }),
    ...(http && { routes: { address: HTTP, ports: [port] } }),
  };
}

/** The name of the Service for event buses. */
export function eventsService(name: string): string {
  return `${name}-events`;
}

/** The port of the Service for event buses. */
export const EVENTS_SERVICE_PORT: V1ServicePort = {
  name: 'http',
  port: HTTP.port,
  protocol: 'TCP',
  targetPort: 'events',
};
