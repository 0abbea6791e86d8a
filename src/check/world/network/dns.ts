import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';

/** The namespaces of the DNS servers of clusters. */
const NAMESPACES = new Set(['kube-system', 'openshift-dns']);
/** The values of the label `k8s-app` of DNS servers. */
export const DNS_APPS = new Set(['kube-dns', 'node-local-dns', 'coredns']);

/** Whether the peers may include the DNS servers of the cluster. */
export function mayBeDns(peers: readonly V1NetworkPolicyPeer[]): boolean {
  return (
    peers.length === 0 ||
    peers.some(({ ipBlock, namespaceSelector, podSelector }) => {
      if (ipBlock) return true;
      const namespace = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
      const app = podSelector?.matchLabels?.['k8s-app'];
      // A selector with other labels may match the DNS servers too.
      return (
        namespaceSelector !== undefined &&
        namespaceSelector !== null &&
        (namespace === undefined || NAMESPACES.has(namespace)) &&
        (app === undefined || DNS_APPS.has(app))
      );
    })
  );
}
