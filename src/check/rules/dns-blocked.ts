import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { callsOf } from '../calls';
import { opensPort, waysOf } from '../policies';
import type { Rule } from '../rule';
import { podsTitle } from '../world';

/** Where the name servers of clusters run, and by which label they are known. */
const NAMESPACES = new Set(['kube-system', 'openshift-dns']);
const APPS = new Set(['kube-dns', 'node-local-dns', 'coredns']);

export const dnsBlocked: Rule = {
  code: 'dns-blocked',
  why: 'A pod that may not ask for a name finds nobody: every call by name fails, and none of the messages says why.',
  mend: 'Allow port 53, UDP and TCP, to the name servers in kube-system.',
  *find(world) {
    for (const pods of new Set(callsOf(world).map(({ caller }) => caller))) {
      const out = pods && waysOf(world, pods, 'Egress');
      if (!out || out.ways.some((way) => asksNames(way.peers) && [53, 5353].some((port) => opensPort(way, port, undefined, 'UDP')))) continue;
      yield {
        manifest: out.policies[0]!, field: ['spec', 'egress'], message: `${podsTitle(pods)} calls others by name, but may not ask for names.`, expected: 'egress to port 53 UDP of the name servers in kube-system',
        got: `only what ${out.policies.map(({ object }) => object.metadata.name).join(', ')} let${out.policies.length === 1 ? 's' : ''} through`,
        mend: 'Add egress to the namespace kube-system, pods k8s-app: kube-dns, ports 53 UDP and TCP.',
      };
    }
  },
};

function asksNames(peers: readonly V1NetworkPolicyPeer[]): boolean {
  return peers.length === 0 || peers.some(({ ipBlock, namespaceSelector, podSelector }) => {
    if (ipBlock) return true;
    const namespace = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
    const app = podSelector?.matchLabels?.['k8s-app'];
    // Labels of other names are the cluster's own: of those nothing is known.
    return namespaceSelector !== undefined && namespaceSelector !== null && (namespace === undefined || NAMESPACES.has(namespace)) && (app === undefined || APPS.has(app));
  });
}
