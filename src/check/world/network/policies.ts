import type { V1NetworkPolicyPeer, V1NetworkPolicyPort } from '@kubernetes/client-node';
import type { Policy } from '../../../links/policy';
import type { Manifest } from '../../../k8s/objects';
import { isEmpty, matches, type Labels } from '../../../k8s/selector';
import { once } from '../once';
import { matchesPods } from '../workloads/controller-labels';
import { containersOf, listOf, namespaceOf, type Pods, type World } from '../world';

export type Direction = 'Ingress' | 'Egress';

/** The other end of a connection. */
export type Peer = Pick<Pods, 'namespace' | 'labels' | 'manifest'>;

/** One rule of a policy. Without peers it allows all of them, and without ports all ports. */
export interface Way {
  readonly peers: readonly V1NetworkPolicyPeer[];
  readonly ports: readonly V1NetworkPolicyPort[];
  readonly namespace: string;
}

interface Ways {
  readonly ways: readonly Way[];
  readonly policies: readonly Manifest[];
}

/** The traffic that policies allow for the pods that they select, by direction. */
const waysByPods = once((world) => {
  const taken = { Ingress: new Map<Pods, Ways>(), Egress: new Map<Pods, Ways>() };
  for (const manifest of world.ofKind('NetworkPolicy')) {
    const { apiVersion, spec } = manifest.object;
    // Network plugins have kinds of the same name with other fields.
    if (!/^(networking\.k8s\.io|extensions)\//.test(apiVersion)) continue;
    const namespace = namespaceOf(manifest.object);
    const rules = {
      Ingress: listOf(spec?.ingress).map(({ from, ports }) => ({ peers: from, ports })),
      Egress: listOf(spec?.egress).map(({ to, ports }) => ({ peers: to, ports })),
    };
    for (const direction of typesOf(spec)) {
      const ways = rules[direction].map(({ peers, ports }) => ({
        peers: listOf(peers),
        ports: listOf(ports),
        namespace,
      }));
      for (const pods of world.select(namespace, spec?.podSelector ?? {})) {
        const known = taken[direction].get(pods) ?? { ways: [], policies: [] };
        taken[direction].set(pods, { ways: [...known.ways, ...ways], policies: [...known.policies, manifest] });
      }
    }
  }
  return taken;
});

/** The traffic that policies allow for some pods in one direction, or undefined if no policy selects them. */
export function waysOf(world: World, pods: Pods, direction: Direction): Ways | undefined {
  return waysByPods(world)[direction].get(pods);
}

const otherPolicies = once((world) =>
  world.manifests.filter(
    ({ object: { apiVersion, kind } }) =>
      /NetworkPolicy$|^Egress(Firewall|Gateway)/.test(kind) && !apiVersion.startsWith('networking.k8s.io/'),
  ),
);

/** Whether a namespace may have policies of a network plugin. They can allow hosts by name. */
export function hasOtherPolicies(world: World, namespace: string): boolean {
  return otherPolicies(world).some(({ object }) => (object.metadata.namespace ?? namespace) === namespace);
}

function typesOf(spec: Policy['spec']): readonly Direction[] {
  const types: readonly string[] = spec?.policyTypes
    ? listOf(spec.policyTypes)
    : ['Ingress', ...(spec?.egress ? ['Egress'] : [])];
  return types.filter((type): type is Direction => type === 'Ingress' || type === 'Egress');
}

/** The policies as text, for the `got` of a problem. */
export function allowedBy(policies: readonly Manifest[]): string {
  const names = policies.map(({ object }) => object.metadata.name).join(', ');
  return `only the traffic that ${names} ${policies.length === 1 ? 'allows' : 'allow'}`;
}

/** Whether a rule allows the peer and the port, over one of the protocols. */
export function leadsTo(
  world: World,
  way: Way,
  peer: Peer,
  port: number | undefined,
  called: Pods,
  protocols: readonly string[] = ['TCP'],
): boolean {
  return (
    protocols.some((protocol) => opensPort(way, port, called, protocol)) &&
    (way.peers.length === 0 || way.peers.some((one) => isPeer(world, one, peer, way.namespace)))
  );
}

/** Whether a rule may allow a port of hosts outside the cluster. Without a port, any port except that of DNS counts. */
export function mayLeadOutside(way: Way, port: number | undefined): boolean {
  if (!opensPort(way, port) || (port === undefined && isDnsOnly(way))) return false;
  // The pods of another namespace may be a proxy, and only the cluster knows them.
  return way.peers.length === 0 || way.peers.some(({ ipBlock, namespaceSelector }) => ipBlock ?? namespaceSelector);
}

/** Whether a rule allows only DNS. */
function isDnsOnly({ ports }: Way): boolean {
  return ports.length > 0 && ports.every(({ port }) => port === 53 || port === 5353);
}

/** Whether a rule allows a port. A named port belongs to the pods that are called. */
export function opensPort(
  { ports }: Pick<Way, 'ports'>,
  port: number | undefined,
  called?: Pods,
  protocol = 'TCP',
): boolean {
  if (ports.length === 0 || port === undefined) return true;
  return ports.some(({ port: first, endPort, protocol: of }) => {
    if ((of ?? 'TCP') !== protocol) return false;
    if (first === undefined || first === null) return true;
    if (typeof first === 'number') return port >= first && port <= (endPort ?? first);
    return (
      called !== undefined &&
      containersOf(called).some(({ container }) =>
        listOf(container.ports).some(({ name, containerPort }) => name === first && containerPort === port),
      )
    );
  });
}

function isPeer(
  world: World,
  { ipBlock, namespaceSelector, podSelector }: V1NetworkPolicyPeer,
  peer: Peer,
  own: string,
): boolean {
  // Only the cluster knows whether an ipBlock contains the addresses of pods.
  if (ipBlock) return true;
  if (
    !(namespaceSelector ? matches(namespaceSelector, labelsOfNamespace(world, peer.namespace)) : peer.namespace === own)
  )
    return false;
  return !podSelector || isEmpty(podSelector) || matchesPods(podSelector, peer);
}

/** The labels of a namespace. Every namespace has its name as a label. */
export function labelsOfNamespace(world: World, name: string): Labels {
  return { ...world.find('Namespace', 'default', name)?.object.metadata.labels, 'kubernetes.io/metadata.name': name };
}
