import type { KubernetesObject } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Call } from '../../links/endpoint';
import { addObject } from '../shared/object';

/** The fields of a CiliumNetworkPolicy that the manifests set. */
interface CiliumNetworkPolicy extends KubernetesObject {
  readonly specs: readonly {
    readonly endpointSelector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly ingress: readonly object[];
  }[];
}

/**
 * Lets the proxies of Cilium reach the microservices of a gateway. They run on the nodes, so a NetworkPolicy cannot name
 * them.
 */
export function addCiliumPolicy(scope: Construct & { readonly name: string }, calls: readonly Call[]): void {
  addObject<CiliumNetworkPolicy>(scope, 'cilium-network-policy', {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: scope.name },
    specs: [...new Map(calls.map(({ to, through }) => [to, through]))].map(([to, { ports = [] }]) => ({
      endpointSelector: { matchLabels: { ...to.options.pods } },
      ingress: [
        {
          fromEntities: ['ingress'],
          toPorts: [{ ports: ports.map((port) => ({ port: String(port), protocol: 'TCP' })) }],
        },
      ],
    })),
  });
}
