import type { V1NetworkPolicyPeer, V1NetworkPolicyPort } from '@kubernetes/client-node';
import type { Policy } from '../links/policy';
import type { Manifest } from '../k8s/manifest';
import { isEmpty, matches, type Labels } from './selector';
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

/** The policies that take each pod, by direction. */
const policiesOf = once((world) => {
  const taken = { Ingress: new Map<Pods, Manifest[]>(), Egress: new Map<Pods, Manifest[]>() };
  for (const manifest of world.ofKind('NetworkPolicy')) {
    const { spec } = manifest.object as Policy;
    const directions = typesOf(spec).filter((type): type is Direction => type === 'Ingress' || type === 'Egress');
    for (const pods of world.select(namespaceOf(manifest.object), spec?.podSelector ?? {})) {
      for (const direction of directions) taken[direction].set(pods, [...(taken[direction].get(pods) ?? []), manifest]);
    }
  }
  return taken;
});

/** What the policies of a direction let through to or from some pods; undefined where no policy takes them, and so all is. */
export function waysOf(world: World, pods: Pods, direction: Direction): { ways: Way[]; policies: Manifest[] } | undefined {
  const policies = policiesOf(world)[direction].get(pods);
  const ways = policies?.flatMap(({ object }) => {
    const { spec } = object as Policy;
    const rules = direction === 'Ingress' ? list(spec?.ingress).map(({ from, ports }) => ({ peers: from, ports })) : list(spec?.egress).map(({ to, ports }) => ({ peers: to, ports }));
    return rules.map(({ peers, ports }) => ({ peers: list(peers), ports: list(ports), namespace: namespaceOf(object) }));
  });
  return policies && ways && { ways, policies };
}

function typesOf(spec: Policy['spec']): readonly string[] {
  return spec?.policyTypes ? list(spec.policyTypes) : ['Ingress', ...(spec?.egress ? ['Egress'] : [])];
}

/** Whether a way leads to those pods, at a port of the pods that are called. */
export function leadsTo(world: World, way: Way, peer: Peer, port: number | undefined, called: Pods): boolean {
  return opensPort(way, port, called) && (way.peers.length === 0 || way.peers.some((one) => isPeer(world, one, peer, way.namespace)));
}

/** Whether a way is open at a port; by a name it is that of the pods that are called. */
export function opensPort({ ports }: Pick<Way, 'ports'>, port: number | undefined, called?: Pods, protocol = 'TCP'): boolean {
  if (ports.length === 0 || port === undefined) return true;
  return ports.some(({ port: first, endPort, protocol: of }) => {
    if ((of ?? 'TCP') !== protocol) return false;
    if (first === undefined || first === null) return true;
    if (typeof first === 'number') return port >= first && port <= (endPort ?? first);
    return called !== undefined && containersOf(called).some(({ container }) => list(container.ports).some(({ name, containerPort }) => name === first && containerPort === port));
  });
}

function isPeer(world: World, { ipBlock, namespaceSelector, podSelector }: V1NetworkPolicyPeer, peer: Peer, own: string): boolean {
  // Whether a block of addresses holds those of pods, only the cluster knows.
  if (ipBlock) return true;
  if (!(namespaceSelector ? matches(namespaceSelector, labelsOfNamespace(world, peer.namespace)) : peer.namespace === own)) return false;
  return !podSelector || isEmpty(podSelector) || matches(podSelector, peer.labels);
}

/** Every namespace has its name as a label. */
function labelsOfNamespace(world: World, name: string): Labels {
  return { ...world.find('Namespace', 'default', name)?.object.metadata.labels, 'kubernetes.io/metadata.name': name };
}
