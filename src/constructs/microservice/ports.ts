import type { V1ContainerPort, V1ServicePort } from '@kubernetes/client-node';
import type { Address } from '../../links/address';
import type { MicroserviceOptions } from './options';

type Listening = Pick<MicroserviceOptions, 'http' | 'port' | 'ports'>;

/** Its kind for callers: it serves HTTP, it serves another protocol, or it is a worker that cannot be called. */
export function kindOf({ http = true, ports = {} }: Listening): 'microservice' | 'server' | 'worker' {
  if (http) return 'microservice';
  return Object.keys(ports).length > 0 ? 'server' : 'worker';
}

/** The ports that the program listens on, by name. */
export function portsByName({ http = true, port = 8080, ports = {} }: Listening): Record<string, number> {
  return { ...(http && { http: port }), ...ports };
}

export function containerPorts(options: Listening): V1ContainerPort[] {
  return Object.entries(portsByName(options)).map(([name, containerPort]) => ({
    name,
    containerPort,
    protocol: 'TCP',
  }));
}

/** Callers write no port: HTTP is on 80, whatever the program listens on. */
export function servicePorts(options: Listening): V1ServicePort[] {
  const { http = true } = options;
  return Object.entries(portsByName(options)).map(([name, port]) => ({
    name,
    port: http && name === 'http' ? 80 : port,
    protocol: 'TCP',
    targetPort: name,
  }));
}

/** How callers reach it: by HTTP on port 80, or on the first of its ports. A worker without ports has no address. */
export function addressOf({ http = true, ports = {} }: Listening): Address | undefined {
  if (http) return { protocol: 'http', port: 80 };
  const [port] = Object.values(ports);
  return port === undefined ? undefined : { protocol: 'tcp', port };
}
