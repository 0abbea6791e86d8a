import type { V1NetworkPolicyPeer, V1NetworkPolicyPort } from '@kubernetes/client-node';
import type { Policy } from '../../links/policy';
import type { Manifest } from '../../k8s/objects';
import { isEmpty, matches, type Labels } from '../../k8s/selector';
import { once } from './once';
import { containersOf, list, namespaceOf, type Pods, type World } from './world';

export type Direction = 'Ingress' | 'Egress';

/** Who is at the other end: pods of a namespace. Of the system's pods only their labels are known. */
export type Peer = Pick<Pods, 'namespace' | 'labels'>;

interface Way {
  readonly peers: readonly V1NetworkPolicyPeer[];
  readonly ports: readonly V1NetworkPolicyPort[];
  readonly namespace: string;
}

interface Ways {
  readonly ways: readonly Way[];
  readonly policies: readonly Manifest[];
}

/** What policies let through to or from each pod that they take, by direction. */
const waysByPods = once((world) => {
  const taken = { Ingress: new Map<Pods, Ways>(), Egress: new Map<Pods, Ways>() };
  for (const manifest of world.ofKind('NetworkPolicy')) {
    const { spec } = manifest.object as Policy;
    const namespace = namespaceOf(manifest.object);
    const rules = {
      Ingress: list(spec?.ingress).map(({ from, ports }) => ({ peers: from, ports })),
      Egress: list(spec?.egress).map(({ to, ports }) => ({ peers: to, ports })),
    };
    for (const direction of typesOf(spec)) {
      const ways = rules[direction].map(({ peers, ports }) => ({ peers: list(peers), ports: list(ports), namespace }));
      for (const pods of world.select(namespace, spec?.podSelector ?? {})) {
        const known = taken[direction].get(pods) ?? { ways: [], policies: [] };
        taken[direction].set(pods, { ways: [...known.ways, ...ways], policies: [...known.policies, manifest] });
      }
    }
  }
  return taken;
});

/** What the policies of a direction let through to or from some pods; undefined where no policy takes them, and so all is. */
export function waysOf(world: World, pods: Pods, direction: Direction): Ways | undefined {
  return waysByPods(world)[direction].get(pods);
}

function typesOf(spec: Policy['spec']): readonly Direction[] {
  const types: readonly string[] = spec?.policyTypes
    ? list(spec.policyTypes)
    : ['Ingress', ...(spec?.egress ? ['Egress'] : [])];
  return types.filter((type): type is Direction => type === 'Ingress' || type === 'Egress');
}

/** Whether a way leads to those pods, at a port of the pods that are called. */
export function leadsTo(world: World, way: Way, peer: Peer, port: number | undefined, called: Pods): boolean {
  return (
    opensPort(way, port, called) &&
    (way.peers.length === 0 || way.peers.some((one) => isPeer(world, one, peer, way.namespace)))
  );
}

/** Whether a way is open at a port; by a name it is that of the pods that are called. */
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
        list(container.ports).some(({ name, containerPort }) => name === first && containerPort === port),
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
  // Whether a block of addresses holds those of pods, only the cluster knows.
  if (ipBlock) return true;
  if (
    !(namespaceSelector ? matches(namespaceSelector, labelsOfNamespace(world, peer.namespace)) : peer.namespace === own)
  )
    return false;
  return !podSelector || isEmpty(podSelector) || matches(podSelector, peer.labels);
}

/** Every namespace has its name as a label. */
function labelsOfNamespace(world: World, name: string): Labels {
  return { ...world.find('Namespace', 'default', name)?.object.metadata.labels, 'kubernetes.io/metadata.name': name };
}
