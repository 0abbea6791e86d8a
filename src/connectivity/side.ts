import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { callsOf } from '../check/world/network/calls';
import { labelsOfNamespace, leadsTo, opensPort, type Direction, type Way } from '../check/world/network/policies';
import { portCalled, protocolsOf, targetOf } from '../check/world/network/ports';
import { containersOf, listOf, type Pods, type World } from '../check/world/world';
import type { Manifest } from '../k8s/objects';
import { isEmpty, matches } from '../k8s/selector';
import type { GraphNode } from '../links/graph';
import { addressesOf, isEverywhere } from './addresses';
import { endsOf, type End } from './ends';
import { containsPorts, isDnsPort, portRangesOf, type PortRange } from './port-ranges';
import { portsOfPolicies, portText, rulesFor, type PodPort, type Workload } from './workloads';
import { mayBeDns } from '../check/world/network/dns';

/** A call that a variable, an argument or a command of a workload contains. */
export interface WrittenCall {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly port?: string;
  /** Whether the policies certainly block it. */
  readonly isBlocked: boolean;
}

/** An end that a workload may call, at some ports. */
export interface Outgoing {
  readonly end: End;
  readonly ports: PortRange;
}

/** Who may call whom in one set of manifests. */
export class Side {
  readonly #ids: ReadonlyMap<Manifest, string>;
  readonly #namespaces: readonly string[];
  /** By peer, and by the namespace of its policy. */
  readonly #selected = new Map<V1NetworkPolicyPeer, ReadonlyMap<string, ReadonlySet<Manifest>>>();

  constructor(
    readonly world: World,
    readonly workloads: ReadonlyMap<string, Workload>,
  ) {
    this.#namespaces = [...new Set([...workloads.values()].map(({ pods }) => pods.namespace))];
    this.#ids = new Map([...workloads].map(([id, { pods }]) => [pods.manifest, id]));
  }

  /** The workload of some pods. */
  nodeOf(pods: Pods): GraphNode | undefined {
    return this.workloads.get(this.#ids.get(pods.manifest) ?? '')?.node;
  }

  /** Decides whether the policies of a caller and of `to` allow calls at a port. */
  gateOf({ pods: to }: Workload, { number, protocol }: PodPort): (from: Workload) => boolean {
    const isOpen = (way: Way) => opensPort(way, number, to, protocol);
    const into = rulesFor(this.world, to, 'Ingress')?.filter(isOpen);
    const callers = into && this.#selectedByAll(into);
    return ({ pods: from }) => {
      if (callers && !callers.has(from.manifest)) return false;
      const out = rulesFor(this.world, from, 'Egress');
      return !out || out.some((way) => this.#admits(way, to.manifest) && isOpen(way));
    };
  }

  /** The workloads that the rules of a workload select by their labels, in one direction. */
  named({ pods }: Workload, direction: Direction): Workload[] {
    const selected = (rulesFor(this.world, pods, direction) ?? []).flatMap((way) =>
      way.peers
        .filter(({ podSelector }) => podSelector && !isEmpty(podSelector))
        .flatMap((peer) => [...this.#selectedBy(peer, way)]),
    );
    return [...new Set(selected)].flatMap((manifest) => this.workloads.get(this.#ids.get(manifest) ?? '') ?? []);
  }

  /** Whether an end is only pods of the manifests: the pairs of workloads say all about it. */
  isKnown(end: End): boolean {
    return (
      end.kind === 'pods' && end.namespaces.size > 0 && this.#selectedBy(end.peer, { namespace: end.own }).size > 0
    );
  }

  /** Whether a rule admits pods. */
  #admits(way: Way, manifest: Manifest): boolean {
    return way.peers.length === 0 || way.peers.some((peer) => this.#selectedBy(peer, way).has(manifest));
  }

  /** The workloads that some rules admit. Undefined if they admit all. */
  #selectedByAll(ways: readonly Way[]): ReadonlySet<Manifest> | undefined {
    if (ways.some(({ peers }) => peers.length === 0)) return undefined;
    return new Set(ways.flatMap((way) => way.peers.flatMap((peer) => [...this.#selectedBy(peer, way)])));
  }

  /** The workloads that a peer of a rule selects. An ipBlock is for addresses outside, unless it contains all of them. */
  #selectedBy(peer: V1NetworkPolicyPeer, { namespace: own }: Pick<Way, 'namespace'>): ReadonlySet<Manifest> {
    const known = this.#selected.get(peer)?.get(own);
    if (known) return known;
    const { ipBlock, namespaceSelector, podSelector } = peer;
    const isSelected = (namespace: string) =>
      ipBlock
        ? isEverywhere(addressesOf(ipBlock))
        : namespaceSelector
          ? matches(namespaceSelector, labelsOfNamespace(this.world, namespace))
          : namespace === own;
    const pods = this.#namespaces
      .filter(isSelected)
      .flatMap((namespace) => this.world.select(namespace, (ipBlock ? undefined : podSelector) ?? {}));
    const found = new Set(pods.map(({ manifest }) => manifest));
    this.#selected.set(peer, new Map([...(this.#selected.get(peer) ?? []), [own, found]]));
    return found;
  }

  /** The ends that may call a port. Undefined if no policy restricts it. */
  incoming({ pods }: Workload, { number, protocol }: PodPort): End[] | undefined {
    return rulesFor(this.world, pods, 'Ingress')
      ?.filter((way) => opensPort(way, number, pods, protocol))
      .flatMap(endsOf);
  }

  /** The ends that a workload may call, without DNS. Undefined if no policy restricts it. */
  outgoing({ pods }: Workload): Outgoing[] | undefined {
    return rulesFor(this.world, pods, 'Egress')?.flatMap((way) =>
      portRangesOf(way.ports)
        .filter((ports) => !(isDnsPort(ports) && mayBeDns(way.peers)))
        .flatMap((ports) => endsOf(way).map((end) => ({ end, ports }))),
    );
  }

  /** Everything that the connections of a workload depend on. Pairs of equal workloads have equal connections. */
  fingerprint({ pods, ports }: Workload): string {
    const { namespace, labels } = pods;
    return JSON.stringify([
      namespace,
      labels,
      labelsOfNamespace(this.world, namespace),
      rulesFor(this.world, pods, 'Egress'),
      rulesFor(this.world, pods, 'Ingress'),
      [...ports.keys()],
      containersOf(pods).map(({ container }) => listOf(container.ports)),
    ]);
  }

  /** The calls that the manifests contain, by their ends and port. */
  writtenCalls(): Map<string, WrittenCall> {
    const found = new Map<string, WrittenCall>();
    const calls = callsOf(this.world).flatMap((call) => call.callers.map((caller) => ({ ...call, caller })));
    for (const { caller, service, name, namespace, port, lookup } of calls) {
      const from = this.nodeOf(caller);
      if (!from || lookup) continue;
      const add = (call: WrittenCall) => found.set(callKey(call), call);
      const selector = service?.spec?.selector;
      const called =
        selector && Object.keys(selector).length > 0 ? this.world.select(namespace, { matchLabels: selector }) : [];
      const at = service && portCalled(service, port);
      for (const pods of called) {
        const to = this.nodeOf(pods);
        if (!to) continue;
        const number = at && targetOf(at, pods);
        add({
          from,
          to,
          ...(number !== undefined && { port: portText({ number, protocol: at?.protocol ?? 'TCP' }) }),
          isBlocked: this.#isBlocked(caller, pods, number, service && protocolsOf(service, at)),
        });
      }
      if (called.length === 0) {
        const to = serviceNode(namespace, name);
        add({ from, to, ...(port !== undefined && { port: String(port) }), isBlocked: false });
      }
    }
    return found;
  }

  #isBlocked(from: Pods, to: Pods, port: number | undefined, protocols: readonly string[] | undefined): boolean {
    const out = rulesFor(this.world, from, 'Egress');
    const into = rulesFor(this.world, to, 'Ingress');
    return (
      (out !== undefined && !out.some((way) => leadsTo(this.world, way, to, port, to, protocols))) ||
      (into !== undefined && !into.some((way) => leadsTo(this.world, way, from, port, to, protocols)))
    );
  }
}

/** The same for two calls between the same ends at the same port. */
export function callKey({ from, to, port }: Pick<WrittenCall, 'from' | 'to' | 'port'>): string {
  return JSON.stringify([from.id, to.id, port]);
}

/** A Service without pods in the manifests. */
export function serviceNode(namespace: string, name: string): GraphNode {
  return { id: `Service ${namespace}/${name}`, name, namespace, kind: 'service' };
}

/** The ports of a workload, with the ports that only its policies name. */
export function portsOf({ world }: Side, { pods, ports }: Workload): Map<string, PodPort> {
  return new Map([...ports, ...portsOfPolicies(world, pods).map((port) => [portText(port), port] as const)]);
}

/** The outgoing ends that contain all these ports. */
export function endsAt(outgoing: readonly Outgoing[], ports: PortRange): End[] {
  return outgoing.filter((one) => containsPorts(one.ports, ports)).map(({ end }) => end);
}
