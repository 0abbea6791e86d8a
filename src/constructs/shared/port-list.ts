import type { V1ContainerPort } from '@kubernetes/client-node';

/** Ports by name, as those of a container. */
export function portList(ports: Readonly<Record<string, number>>, protocol: 'TCP' | 'UDP' = 'TCP'): V1ContainerPort[] {
  return Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort, protocol }));
}
