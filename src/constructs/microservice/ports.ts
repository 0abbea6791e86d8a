import type { V1ContainerPort, V1EnvVar, V1ServicePort } from '@kubernetes/client-node';
import type { MicroserviceOptions } from './options';

type Listening = Pick<MicroserviceOptions, 'http' | 'port' | 'ports'>;

/** What others see of it: something that serves HTTP, something that serves another protocol, or a worker, which nobody calls. */
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

/** Where a caller finds it. */
export function callVariables({ http = true, ports = {} }: Listening, prefix: string, host: string): V1EnvVar[] {
  if (http) return [{ name: `${prefix}_URL`, value: `http://${host}` }];
  return [
    { name: `${prefix}_HOST`, value: host },
    { name: `${prefix}_PORT`, value: String(Object.values(ports)[0]) },
  ];
}
