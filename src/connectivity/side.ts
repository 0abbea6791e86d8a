import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { callsOf } from '../check/world/network/calls';
import { isPeer, labelsOfNamespace, leadsTo, opensPort, type Way } from '../check/world/network/policies';
import { portCalled, targetOf } from '../check/world/network/ports';
import { containersOf, listOf, type Pods, type World } from '../check/world/world';
import type { Manifest } from '../k8s/objects';
import type { GraphNode } from '../links/graph';
import { endsOf, isPodAdmitted, type End } from './ends';
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

  constructor(
    readonly world: World,
    readonly workloads: ReadonlyMap<string, Workload>,
  ) {
    this.#ids = new Map([...workloads].map(([id, { pods }]) => [pods.manifest, id]));
  }

  /** The workload of some pods. */
  nodeOf(pods: Pods): GraphNode | undefined {
    return this.workloads.get(this.#ids.get(pods.manifest) ?? '')?.node;
  }

  /** Whether the policies of both workloads allow a call. */
  allows(from: Workload, to: Workload, port: PodPort): boolean {
    const out = rulesFor(this.world, from.pods, 'Egress');
    const into = rulesFor(this.world, to.pods, 'Ingress');
    const admits = (pods: Pods) => (way: Way) =>
      opensPort(way, port.number, to.pods, port.protocol) && isPodAdmitted(this.world, pods, way);
    return (!out || out.some(admits(to.pods))) && (!into || into.some(admits(from.pods)));
  }

  /** Whether a peer of a rule selects the pods of a workload by their labels. */
  selects(peer: V1NetworkPolicyPeer, { pods }: Workload, { namespace }: Pick<Way, 'namespace'>): boolean {
    return isPeer(this.world, peer, pods, namespace, () => false);
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
    for (const { caller, service, name, namespace, port } of callsOf(this.world)) {
      const from = caller && this.nodeOf(caller);
      if (!from) continue;
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
          isBlocked: this.#isBlocked(caller, pods, number),
        });
      }
      if (called.length === 0) {
        const to = serviceNode(namespace, name);
        add({ from, to, ...(port !== undefined && { port: String(port) }), isBlocked: false });
      }
    }
    return found;
  }

  #isBlocked(from: Pods, to: Pods, port: number | undefined): boolean {
    const out = rulesFor(this.world, from, 'Egress');
    const into = rulesFor(this.world, to, 'Ingress');
    return (
      (out !== undefined && !out.some((way) => leadsTo(this.world, way, to, port, to))) ||
      (into !== undefined && !into.some((way) => leadsTo(this.world, way, from, port, to)))
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
