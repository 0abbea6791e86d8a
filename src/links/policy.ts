import type {
  V1NetworkPolicy,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1NetworkPolicySpec,
} from '@kubernetes/client-node';
import type { Endpoint } from './endpoint';

const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

/** Every pod has to find names; nothing else of the system is open. */
const DNS = {
  to: [
    {
      namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

/** The spec as it stands in YAML: the client spells `from` with an underscore, because it generates other languages too. */
export type PolicySpec = Omit<V1NetworkPolicySpec, 'ingress'> & {
  ingress?: { from?: V1NetworkPolicyPeer[]; ports?: V1NetworkPolicyPort[] }[];
};
/** A NetworkPolicy as it stands in YAML. */
export type Policy = Omit<V1NetworkPolicy, 'spec'> & { spec?: PolicySpec };

/** Lets through exactly the calls that were declared, and DNS; what it does not name is denied, both ways. */
export function policyOf(endpoint: Endpoint): PolicySpec {
  const callers = [...new Set(endpoint.calledBy.map((call) => call.from))];
  const called = [...new Set(endpoint.calls.map((call) => call.to))];
  const from = callers.flatMap((caller) => peersOf(caller, endpoint.namespace));
  return {
    podSelector: { matchLabels: { ...endpoint.options.pods } },
    policyTypes: ['Ingress', 'Egress'],
    // No rule at all where nobody calls: the API server drops an empty list, and each apply would add it again.
    ...(from.length > 0 && { ingress: [{ from, ports: portsOf(endpoint) }] }),
    egress: [
      DNS,
      ...called.map((to) => {
        const peers = peersOf(to, endpoint.namespace);
        return peers.length > 0 ? { to: peers, ports: portsOf(to) } : { ports: portsOf(to) };
      }),
    ],
  };
}

/** Nothing goes in or out, for every pod of a namespace that no other policy lets through. */
export function denyAll(): PolicySpec {
  return { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
}

/** How a policy in `namespace` names the pods of an endpoint; none when it is somewhere outside, at no known address. */
function peersOf({ options }: Endpoint, namespace: string | undefined): V1NetworkPolicyPeer[] {
  if (options.peers) return [...options.peers];
  if (!options.pods) return [];
  const podSelector = { matchLabels: { ...options.pods } };
  if (options.namespace === undefined || options.namespace === namespace) return [{ podSelector }];
  return [{ namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: options.namespace } }, podSelector }];
}

function portsOf({ options }: Endpoint): V1NetworkPolicyPort[] {
  return (options.ports ?? []).map((port) => ({ port, protocol: 'TCP' }));
}
