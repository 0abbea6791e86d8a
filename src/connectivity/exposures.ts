import { valueAt } from '../k8s/objects';
import type { GraphNode } from '../links/graph';
import { backendsOf } from '../check/world/network/backends';
import { targetOf } from '../check/world/network/ports';
import { containersOf, isText, listOf, servicesIn, type Pods, type World } from '../check/world/world';
import { portText } from './workloads';

/** A way from outside the cluster to pods, by an object that is not a policy. */
export interface Exposure {
  /** A host with a path, a load balancer, or a port of the nodes. */
  readonly from: GraphNode;
  /** The pods. Undefined if the manifests do not contain them. */
  readonly pods?: Pods;
  /** The Service, with its namespace. */
  readonly service?: { readonly namespace: string; readonly name: string };
  readonly port?: string;
  /** The path of a route. */
  readonly label?: string;
  /** The object that exposes the pods. */
  readonly by: string;
}

/** Every way from outside that an Ingress, a route, a Service or a port of a node opens. */
export function* exposuresOf(world: World): Generator<Exposure> {
  yield* routesOf(world);
  yield* servicesOutside(world);
  for (const pods of world.pods) yield* nodePortsOf(pods);
}

/** The hosts and paths of Ingresses and routes. Their names do not matter, so a renamed object exposes the same. */
function* routesOf(world: World): Generator<Exposure> {
  for (const { manifest, namespace, name, port, field, service } of backendsOf(world)) {
    const { object } = manifest;
    const at = listOf(service?.spec?.ports).find((one) =>
      port?.name === undefined ? one.port === port?.number : one.name === port.name,
    );
    const rule = valueAt(object, field.slice(0, 3)) as {
      host?: unknown;
      matches?: readonly { path?: { value?: unknown } }[];
    };
    const isIngress = object.kind === 'Ingress';
    const hosts = isIngress ? [rule?.host] : listOf(valueAt(object, ['spec', 'hostnames']) as readonly unknown[]);
    const paths = isIngress
      ? [valueAt(object, [...field.slice(0, 6), 'path'])]
      : listOf(rule?.matches).map(({ path }) => path?.value);
    const behind = service?.spec?.selector ? world.select(namespace, { matchLabels: service.spec.selector }) : [];
    for (const host of hosts.length > 0 ? hosts : [undefined])
      for (const path of paths.length > 0 ? paths : [undefined]) {
        const exposure = {
          from: outside(isText(host) ? host : 'any host', 'gateway'),
          label: isText(path) ? path : '/',
          service: { namespace, name },
          by: object.kind,
        };
        if (behind.length === 0) yield { ...exposure, port: port?.name ?? port?.number?.toString() };
        for (const pods of behind) yield { ...exposure, pods, port: targetText(at, pods) };
      }
  }
}

function* servicesOutside(world: World): Generator<Exposure> {
  for (const { manifest, namespace, spec } of servicesIn(world)) {
    const { type, loadBalancerSourceRanges, externalIPs, selector } = spec;
    const ranges = listOf(loadBalancerSourceRanges).map(String).toSorted();
    const by =
      type === 'LoadBalancer' || type === 'NodePort'
        ? type
        : listOf(externalIPs).length > 0
          ? 'external IP'
          : undefined;
    if (by === undefined) continue;
    const behind =
      selector && Object.keys(selector).length > 0 ? world.select(namespace, { matchLabels: selector }) : [];
    for (const port of listOf(spec.ports)) {
      // The cluster chooses a node port that is not written.
      const number = type === 'NodePort' ? port.nodePort : port.port;
      const name = [
        by,
        number && `port ${portText({ number, protocol: port.protocol ?? 'TCP' })}`,
        ranges.length > 0 && `for ${ranges.join(', ')}`,
      ];
      const exposure = {
        from: outside(name.filter(Boolean).join(' '), 'gateway'),
        service: { namespace, name: manifest.object.metadata.name },
        by: 'Service',
      };
      if (behind.length === 0) yield { ...exposure, port: String(port.port) };
      for (const pods of behind) yield { ...exposure, pods, port: targetText(port, pods) };
    }
  }
}

function* nodePortsOf(pods: Pods): Generator<Exposure> {
  const isOnHost = pods.spec.hostNetwork === true;
  for (const { container } of containersOf(pods))
    for (const { hostPort, containerPort, protocol = 'TCP' } of listOf(container.ports)) {
      const number = isOnHost ? containerPort : hostPort;
      if (!number) continue;
      const text = portText({ number, protocol });
      yield {
        from: outside(`port ${text} of the nodes`, 'gateway'),
        pods,
        port: portText({ number: containerPort, protocol }),
        by: isOnHost ? 'hostNetwork' : 'hostPort',
      };
    }
}

function outside(name: string, kind: 'gateway' | 'external'): GraphNode {
  return { id: name, name, kind };
}

function targetText(port: Parameters<typeof targetOf>[0] | undefined, pods: Pods): string | undefined {
  const number = port && targetOf(port, pods);
  return number === undefined ? undefined : portText({ number, protocol: port?.protocol ?? 'TCP' });
}
