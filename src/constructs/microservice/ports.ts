import type { V1ContainerPort, V1EnvVar, V1ServicePort } from '@kubernetes/client-node';
import type { MicroserviceOptions } from './options';
import type { ResolvedMicroservice } from './resolve';

type Listening = Pick<MicroserviceOptions, 'http' | 'port' | 'ports'>;
type Resolved = Pick<ResolvedMicroservice, 'http' | 'port' | 'ports'>;

/** The ports that the program listens on, by name. */
export function portsByName({ http, port, ports }: Resolved): Record<string, number> {
  return { ...(http && { http: port }), ...ports };
}

export function containerPorts(options: Resolved): V1ContainerPort[] {
  return Object.entries(portsByName(options)).map(([name, containerPort]) => ({
    name,
    containerPort,
    protocol: 'TCP',
  }));
}

/** Callers write no port: HTTP is on 80, whatever the program listens on. */
export function servicePorts(options: Resolved): V1ServicePort[] {
  return Object.entries(portsByName(options)).map(([name, port]) => ({
    name,
    port: options.http && name === 'http' ? 80 : port,
    protocol: 'TCP',
    targetPort: name,
  }));
}

/** Where a caller finds it. */
export function callVariables({ http = true, ports = {} }: Listening, prefix: string, host: string): V1EnvVar[] {
  if (http) return [{ name: `${prefix}_URL`, value: `http://${host}` }];
  return [
    { name: `${prefix}_HOST`, value: host },
    { name: `${prefix}_PORT`, value: String(Object.values(ports)[0]) },
  ];
}
