import type {
  V1NetworkPolicy,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1NetworkPolicySpec,
} from '@kubernetes/client-node';
import { type Caller, Endpoint } from './endpoint';

const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

/** Every pod may use DNS, and nothing else in `kube-system`. */
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

/** The spec as in YAML. The type of the client has `_from` instead of `from`. */
export type PolicySpec = Omit<V1NetworkPolicySpec, 'ingress'> & {
  ingress?: { from?: V1NetworkPolicyPeer[]; ports?: V1NetworkPolicyPort[] }[];
};
/** A NetworkPolicy as in YAML. */
export type Policy = Omit<V1NetworkPolicy, 'spec'> & { spec?: PolicySpec };

/** Allows the declared calls and DNS, and denies everything else in both directions. */
export function policyOf(subject: Caller): PolicySpec {
  const called = [...new Set(subject.calls.map((call) => call.to))];
  const ingress = subject instanceof Endpoint ? ingressOf(subject) : [];
  return {
    podSelector: { matchLabels: { ...subject.options.pods } },
    policyTypes: ['Ingress', 'Egress'],
    // The API server drops an empty list, and each apply would add it again.
    ...(ingress.length > 0 && { ingress }),
    egress: [
      DNS,
      ...called.map((to) => {
        const peers = peersOf(to, subject.namespace);
        return peers.length > 0 ? { to: peers, ports: portsOf(to) } : { ports: portsOf(to) };
      }),
    ],
  };
}

/** Denies all traffic of all pods in a namespace, unless another policy allows it. */
export function denyAll(): PolicySpec {
  return { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
}

function ingressOf(endpoint: Endpoint): NonNullable<PolicySpec['ingress']> {
  const callers = [...new Set(endpoint.calledBy.map((call) => call.from))];
  const from = callers.flatMap((caller) => peersOf(caller, endpoint.namespace));
  return from.length > 0 ? [{ from, ports: portsOf(endpoint) }] : [];
}

/** How a policy in `namespace` selects the pods of a caller. It is empty if the address is outside and not known. */
function peersOf({ options }: Caller, namespace: string | undefined): V1NetworkPolicyPeer[] {
  if (options.peers) return [...options.peers];
  if (!options.pods) return [];
  const podSelector = { matchLabels: { ...options.pods } };
  if (options.namespace === undefined || options.namespace === namespace) return [{ podSelector }];
  return [{ namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: options.namespace } }, podSelector }];
}

function portsOf({ options }: Endpoint): V1NetworkPolicyPort[] {
  return (options.ports ?? []).map((port) => ({ port, protocol: 'TCP' }));
}
