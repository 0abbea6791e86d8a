import type { V1NetworkPolicyPort } from '@kubernetes/client-node';
import { once } from '../check/world/once';
import { waysOf, type Direction, type Way } from '../check/world/network/policies';
import { targetOf } from '../check/world/network/ports';
import { containersOf, listOf, namespaceOf, servicesIn, type Pods, type World } from '../check/world/world';
import { exceptionsOf } from '../k8s/exceptions';
import type { Manifest } from '../k8s/objects';
import type { GraphNode } from '../links/graph';
import { storesData } from './databases';

/** A port of pods. */
export interface PodPort {
  readonly number: number;
  readonly protocol: string;
}

/** A workload of manifests, and what it listens on. */
export interface Workload {
  readonly node: GraphNode;
  readonly pods: Pods;
  /** The ports that its containers or its Services name, by their text. */
  readonly ports: ReadonlyMap<string, PodPort>;
}

/** `8080`, or `53/UDP`. */
export function portText({ number, protocol }: PodPort): string {
  return protocol === 'TCP' ? String(number) : `${number}/${protocol}`;
}

/** Every workload, in the order of the manifests. */
const workloadsOf = once((world): readonly Omit<Workload, 'node'>[] => {
  const ports = portsOfServices(world);
  const namespaces = new Set(world.manifests.map(({ object }) => namespaceOf(object)));
  return [...namespaces]
    .flatMap((namespace) => world.select(namespace, {}))
    .map((pods) => {
      const own = [...declaredPorts(pods), ...(ports.get(pods) ?? [])];
      return { pods, ports: new Map(own.map((port) => [portText(port), port])) };
    });
});

/**
 * The workloads of several sets of manifests, by an id that is the same in all of them: the namespace and the name. A
 * Deployment that becomes a StatefulSet, and a Job whose name ends with a new hash, remain the same workload.
 */
export function workloadsById(worlds: readonly World[]): Map<string, Workload>[] {
  const unclear = new Set<string>();
  for (const world of worlds) {
    const owners = new Map<string, string>();
    for (const { pods } of workloadsOf(world)) {
      const owner = fullName(pods);
      if ((owners.get(shortName(pods)) ?? owner) !== owner) unclear.add(shortName(pods));
      owners.set(shortName(pods), owner);
    }
  }
  return worlds.map((world) => {
    const found = new Map<string, Workload>();
    for (const { pods, ports } of workloadsOf(world)) {
      const id = unclear.has(shortName(pods)) ? fullName(pods) : shortName(pods);
      found.set(id, { pods, ports, node: nodeOf(id, pods, ports.size > 0) });
    }
    return found;
  });
}

/** The rules for the pods in one direction. Undefined if no policy restricts them. Policies ignore pods on the host network. */
export function rulesFor(world: World, pods: Pods, direction: Direction): readonly Way[] | undefined {
  return pods.spec.hostNetwork ? undefined : waysOf(world, pods, direction)?.ways;
}

/** The ports that the policies of the pods name by number. */
export function portsOfPolicies(world: World, pods: Pods): PodPort[] {
  const named = (rulesFor(world, pods, 'Ingress') ?? []).flatMap(({ ports }) => ports);
  return named.filter(isOnePort).map(({ port, protocol }) => ({ number: port, protocol: protocol ?? 'TCP' }));
}

function isOnePort(port: V1NetworkPolicyPort): port is V1NetworkPolicyPort & { port: number } {
  return typeof port.port === 'number' && (port.endPort ?? port.port) === port.port;
}

function shortName({ namespace, manifest }: Pods): string {
  const { kind } = manifest.object;
  const name = nameOf(manifest);
  return `${namespace}/${kind === 'Job' ? name.replace(/-[0-9a-f]{8,10}$/, '') : name}`;
}

function fullName({ namespace, manifest }: Pods): string {
  return `${namespace}/${nameOf(manifest)} (${manifest.object.kind})`;
}

function nameOf({ object }: Manifest): string {
  const { name, generateName } = object.metadata as { name?: string; generateName?: string };
  return name ?? String(generateName);
}

function nodeOf(id: string, pods: Pods, listens: boolean): GraphNode {
  const exceptions = exceptionsOf(pods.manifest.object);
  return {
    id,
    name: id.slice(pods.namespace.length + 1),
    namespace: pods.namespace,
    kind: kindOf(pods, listens),
    ...(exceptions.length > 0 && { exceptions }),
  };
}

function kindOf(pods: Pods, listens: boolean): GraphNode['kind'] {
  if (storesData(pods)) return 'database';
  if (['Job', 'CronJob'].includes(pods.manifest.object.kind)) return 'task';
  return listens ? 'microservice' : 'worker';
}

function declaredPorts(pods: Pods): PodPort[] {
  return containersOf(pods)
    .flatMap(({ container }) => listOf(container.ports))
    .filter(({ containerPort }) => typeof containerPort === 'number')
    .map(({ containerPort, protocol }) => ({ number: containerPort, protocol: protocol ?? 'TCP' }));
}

/** The ports of pods that Services lead to. */
function portsOfServices(world: World): Map<Pods, PodPort[]> {
  const found = new Map<Pods, PodPort[]>();
  for (const { namespace, spec } of servicesIn(world)) {
    if (!spec.selector || Object.keys(spec.selector).length === 0) continue;
    for (const pods of world.select(namespace, { matchLabels: spec.selector }))
      for (const port of listOf(spec.ports)) {
        const number = targetOf(port, pods);
        if (number !== undefined)
          found.set(pods, [...(found.get(pods) ?? []), { number, protocol: port.protocol ?? 'TCP' }]);
      }
  }
  return found;
}
