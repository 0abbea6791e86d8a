import type {
  V1NetworkPolicy,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1NetworkPolicySpec,
} from '@kubernetes/client-node';
import { type Caller, Endpoint, type Entrance } from './endpoint';

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

/** The addresses of the API server differ between clusters. Its Service listens on 443, and it itself often on 6443. */
const API_SERVER = {
  ports: [
    { port: 443, protocol: 'TCP' },
    { port: 6443, protocol: 'TCP' },
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
  const called = new Map(subject.calls.map(({ through, to }) => [through, to]));
  const ingress = subject instanceof Endpoint ? ingressOf(subject) : [];
  return {
    podSelector: { matchLabels: { ...subject.options.pods } },
    policyTypes: ['Ingress', 'Egress'],
    // The API server drops an empty list, and each apply would add it again.
    ...(ingress.length > 0 && { ingress }),
    egress: [
      DNS,
      ...(subject.usesApiServer ? [API_SERVER] : []),
      ...nameserverEgress(subject.options.nameservers),
      ...[...called].map(([through, endpoint]) => {
        const to = peersOf(endpoint, subject.namespace);
        return to.length > 0 ? { to, ports: portsOf(through) } : { ports: portsOf(through) };
      }),
    ],
  };
}

function nameserverEgress(addresses: readonly string[] = []): NonNullable<PolicySpec['egress']> {
  if (addresses.length === 0) return [];
  const to = addresses.map((address) => ({ ipBlock: { cidr: `${address}/${address.includes(':') ? 128 : 32}` } }));
  return [{ to, ports: DNS.ports }];
}

/** Denies all traffic of all pods in a namespace, unless another policy allows it. */
export function denyAll(): PolicySpec {
  return { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
}

/** Callers with the same ports share a rule. */
function ingressOf(endpoint: Endpoint): NonNullable<PolicySpec['ingress']> {
  const rules = new Map<string, { callers: Set<Caller>; ports: V1NetworkPolicyPort[] }>();
  for (const { from, through } of endpoint.calledBy) {
    const key = JSON.stringify(portsOf(through));
    const rule = rules.get(key) ?? { callers: new Set(), ports: portsOf(through) };
    rule.callers.add(from);
    rules.set(key, rule);
  }
  const { exposed } = endpoint.options;
  const outside = exposed ? [{ from: [...exposed.to], ports: portsOf(exposed) }] : [];
  const inside = [...rules.values()]
    .map(({ callers, ports }) => ({
      from: [...callers].flatMap((caller) => peersOf(caller, endpoint.namespace)),
      ports,
    }))
    .filter(({ from }) => from.length > 0);
  return [...inside, ...outside];
}

/**
 * How a policy in `namespace` selects the pods of a caller: by their labels, or without labels all pods of its namespace.
 * It is empty if the address is outside and not known.
 */
function peersOf({ options }: Caller, namespace: string | undefined): V1NetworkPolicyPeer[] {
  if (options.peers) return [...options.peers];
  const { pods = {} } = options;
  const podSelector = Object.keys(pods).length > 0 && { matchLabels: { ...pods } };
  if (options.namespace === undefined || options.namespace === namespace) return [{ podSelector: podSelector || {} }];
  const namespaceSelector = { matchLabels: { [NAMESPACE_LABEL]: options.namespace } };
  return [{ namespaceSelector, ...(podSelector && { podSelector }) }];
}

function portsOf({ ports = [], udpPorts = [], isEveryPort }: Entrance): V1NetworkPolicyPort[] {
  if (isEveryPort) return [{ protocol: 'TCP' }];
  return [...ports.map((port) => ({ port, protocol: 'TCP' })), ...udpPorts.map((port) => ({ port, protocol: 'UDP' }))];
}
