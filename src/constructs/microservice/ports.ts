import type { V1ContainerPort, V1ServicePort } from '@kubernetes/client-node';
import type { PlainAddress } from '../../links/address';
import type { EndpointOptions, Entrance } from '../../links/endpoint';
import { portList } from '../shared/port-list';
import type { ResolvedMicroservice } from './resolve';
import { OWN_PORT } from './service-options';

type Listening = Pick<ResolvedMicroservice, 'http' | 'port' | 'ports'>;
type Served = Listening & Pick<ResolvedMicroservice, 'udpPorts' | 'service'>;
type AllPorts = Listening & Pick<ResolvedMicroservice, 'eventsPort' | 'health' | 'metrics'>;

/** The TCP ports for callers, by name. */
export function portsByName({ http, port, ports }: Listening): Record<string, number> {
  return { ...(http && { http: port }), ...ports };
}

/** The ports that are not for callers, by name. The metrics have one only if no other port serves them. */
export function ownPorts(options: AllPorts): Record<string, number> {
  const { eventsPort, health, metrics } = options;
  const others = {
    ...(eventsPort !== undefined && { events: eventsPort }),
    ...(health.port !== undefined && { health: health.port }),
  };
  const isServed = Object.values({ ...portsByName(options), ...others }).includes(metrics?.port ?? NaN);
  return { ...others, ...(metrics?.port !== undefined && !isServed && { metrics: metrics.port }) };
}

/** The name of each TCP port of the container. */
export function portNames(options: AllPorts): Map<number, string> {
  return new Map(Object.entries({ ...portsByName(options), ...ownPorts(options) }).map(([name, port]) => [port, name]));
}

export function containerPorts(options: AllPorts & Pick<Served, 'udpPorts'>): V1ContainerPort[] {
  return [...portList({ ...portsByName(options), ...ownPorts(options) }), ...portList(options.udpPorts, 'UDP')];
}

/** The ports of the Service. The order of the others does not change with `ownPort`. */
export function servicePorts(options: Served): V1ServicePort[] {
  const { http } = options;
  const web = httpAddress(options);
  const own = ownPort(options);
  const servicePort = (name: string, number: number, targetPort = name, protocol = 'TCP'): V1ServicePort => ({
    name,
    port: number,
    protocol,
    targetPort,
  });
  return [
    ...Object.entries(portsByName(options)).map(([name, number]) =>
      servicePort(name, http && name === 'http' ? web.port : number),
    ),
    ...(own === undefined ? [] : [servicePort(OWN_PORT, own, 'http')]),
    ...Object.entries(options.udpPorts).map(([name, number]) => servicePort(name, number, name, 'UDP')),
  ];
}

/** The port of the program, if the Service has it next to the port of its address. */
function ownPort(options: Served): number | undefined {
  const { http, port, service } = options;
  return http && service.ownPort && httpAddress(options).port !== port ? port : undefined;
}

const HTTP = { protocol: 'http', port: 80 } as const;

/**
 * The address for HTTP: port 80, so callers write no port in URLs. The name of a headless Service leads to the pods
 * themselves, so callers use their port.
 */
export function httpAddress({ port, service }: Served): PlainAddress {
  return service.headless ? { ...HTTP, port } : HTTP;
}

/**
 * The ways into a microservice. The address of most callers is HTTP, or the first of the additional ports, TCP before
 * UDP; a worker has none. A gateway uses only HTTP, and event buses use the port for events if there is one. A caller of another
 * port names it.
 */
export function entrances(
  name: string,
  options: AllPorts & Served,
): Entrance & Pick<EndpointOptions, 'events' | 'routes' | 'byPort'> {
  const { http, port, ports, udpPorts, eventsPort } = options;
  const [first] = [...Object.values(ports).map(overTcp), ...Object.values(udpPorts).map(overUdp)];
  const web = httpAddress(options);
  const own = ownPort(options);
  return {
    ...(own !== undefined && { ownPort: own }),
    ...(http ? { address: web, ports: [port] } : first),
    byPort: { ...byName(ports, overTcp), ...byName(udpPorts, overUdp) },
    ...(eventsPort !== undefined && { events: { address: HTTP, service: eventsService(name), ports: [eventsPort] } }),
    ...(http && { routes: { address: web, ports: [port] } }),
  };
}

function overTcp(port: number): Entrance {
  return { address: { protocol: 'tcp', port }, ports: [port] };
}

function overUdp(port: number): Entrance {
  return { address: { protocol: 'udp', port }, udpPorts: [port] };
}

function byName(ports: Readonly<Record<string, number>>, over: (port: number) => Entrance): Record<string, Entrance> {
  return Object.fromEntries(Object.entries(ports).map(([port, number]) => [port, { ...over(number), port }]));
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
