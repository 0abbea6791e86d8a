import type { V1Service, V1ServiceSpec } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { addObject } from './object';

/** Adds a headless Service. Its name resolves to the addresses of all pods. */
export function addHeadlessService(
  scope: Construct,
  id: string,
  metadata: { name: string; labels: Record<string, string> },
  ports: readonly { name: string; port: number }[],
  more: Pick<V1ServiceSpec, 'publishNotReadyAddresses'> = {},
): void {
  addObject<V1Service>(scope, id, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      type: 'ClusterIP',
      clusterIP: 'None',
      ...more,
      selector: metadata.labels,
      ports: ports.map((port) => ({ ...port, protocol: 'TCP', targetPort: port.name })),
    },
  });
}
