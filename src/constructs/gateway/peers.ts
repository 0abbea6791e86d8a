import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { GATEWAY_NAME_LABEL } from '../../k8s/gateway-implementations';
import type { ResolvedGateway } from './resolve';

const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const inRange = (cidr: string) => ({ ipBlock: { cidr } });

/** Who forwards the requests of a gateway: the peers that the policies of its microservices allow. */
export function gatewayPeers(
  namespace: string | undefined,
  { controllerNamespace, controllerCidrs, form }: ResolvedGateway,
): V1NetworkPolicyPeer[] {
  if (controllerNamespace !== undefined) return [inNamespace(controllerNamespace)];
  if (Array.isArray(controllerCidrs)) return (controllerCidrs as readonly string[]).map(inRange);
  const { proxies } = form;
  // For those on the nodes, there is a CiliumNetworkPolicy (cilium-policy.ts).
  if (proxies === undefined || proxies === 'on-the-nodes') return [];
  if (proxies === 'with-the-gateway') {
    if (form.kind === 'Ingress') return [];
    const { gateway, namespace: of = namespace } = form.parent;
    const podSelector = { matchLabels: { [GATEWAY_NAME_LABEL]: gateway } };
    return [of === undefined || of === namespace ? { podSelector } : { ...inNamespace(of), podSelector }];
  }
  return 'cidrs' in proxies ? proxies.cidrs.map(inRange) : [inNamespace(proxies.namespace)];
}
