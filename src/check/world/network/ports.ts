import type { V1Service, V1ServicePort } from '@kubernetes/client-node';
import { containersOf, listOf, type Pods } from '../world';

/** The port of a Service that a call uses, or undefined if the call does not decide between several ports. */
export function portCalled({ spec }: V1Service, port: number | undefined): V1ServicePort | undefined {
  const ports = listOf(spec?.ports);
  return port === undefined ? (ports.length === 1 ? ports[0] : undefined) : ports.find((one) => one.port === port);
}

/** The protocols of a port of a Service. A port for TCP and one for UDP can have the same number. */
export function protocolsOf({ spec }: V1Service, called: V1ServicePort | undefined): readonly string[] | undefined {
  if (!called) return undefined;
  return listOf(spec?.ports)
    .filter(({ port }) => port === called.port)
    .map(({ protocol }) => protocol ?? 'TCP');
}

/** The number of the container's port behind a port of a Service. */
export function targetOf({ port, targetPort }: V1ServicePort, behind: Pods): number | undefined {
  const target = targetPort || port;
  if (typeof target === 'number') return target;
  return containersOf(behind)
    .flatMap(({ container }) => listOf(container.ports))
    .find(({ name }) => name === target)?.containerPort;
}
