import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { GATEWAY_NAME_LABEL } from '../../k8s/gateway-implementations';
import type { ResolvedGateway } from './resolve';

const NAMESPACE = 'kubernetes.io/metadata.name';

/** Who forwards the requests of a gateway: the peers that the policies of its microservices allow. */
export function gatewayPeers(
  namespace: string | undefined,
  { controllerNamespace, form }: ResolvedGateway,
): V1NetworkPolicyPeer[] {
  if (controllerNamespace) return [{ namespaceSelector: { matchLabels: { [NAMESPACE]: controllerNamespace } } }];
  const proxies = form.kind === 'HTTPRoute' ? form.implementation?.proxies : undefined;
  if (form.kind !== 'HTTPRoute' || proxies === undefined)
    return [
      {
        namespaceSelector: {
          matchExpressions: [{ key: NAMESPACE, operator: 'NotIn', values: [namespace ?? 'default'] }],
        },
      },
    ];
  // A CiliumNetworkPolicy allows them (cilium-policy.ts).
  if (proxies === 'on-the-nodes') return [];
  if (proxies === 'with-the-gateway') {
    const { gateway, namespace: of = namespace } = form.parent;
    const podSelector = { matchLabels: { [GATEWAY_NAME_LABEL]: gateway } };
    return [
      of === undefined || of === namespace
        ? { podSelector }
        : { namespaceSelector: { matchLabels: { [NAMESPACE]: of } }, podSelector },
    ];
  }
  if ('cidrs' in proxies) return proxies.cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  return [{ namespaceSelector: { matchLabels: { [NAMESPACE]: proxies.namespace } } }];
}
