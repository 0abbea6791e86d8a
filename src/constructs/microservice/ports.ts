import type { V1ContainerPort, V1ServicePort } from '@kubernetes/client-node';
import type { Address } from '../../links/address';
import type { ResolvedMicroservice } from './resolve';

type Listening = Pick<ResolvedMicroservice, 'http' | 'port' | 'ports'>;

/** The ports that the program listens on, by name. */
export function portsByName({ http, port, ports }: Listening): Record<string, number> {
  return { ...(http && { http: port }), ...ports };
}

export function containerPorts(options: Listening): V1ContainerPort[] {
  return Object.entries(portsByName(options)).map(([name, containerPort]) => ({
    name,
    containerPort,
    protocol: 'TCP',
  }));
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

/** The address for callers: HTTP on port 80, or the first of the additional ports. A worker has no address. */
export function addressOf({ http, ports }: Listening): Address | undefined {
  if (http) return { protocol: 'http', port: 80 };
  const [port] = Object.values(ports);
  return port === undefined ? undefined : { protocol: 'tcp', port };
}
