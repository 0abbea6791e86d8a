import { listOf, type Pods, type World } from '../world';
import { backendsOf, type RouteBackend } from './backends';
import { targetOf } from './ports';

/** Pods behind the Service of a route. */
interface PodsBehind extends Pick<RouteBackend, 'manifest' | 'name'> {
  readonly pods: Pods;
  /** The port of the pods that the route uses, if it is known. */
  readonly target: number | undefined;
  readonly field: RouteBackend['field'];
}

/** The pods behind each backend of an Ingress or a route of the Gateway API. */
export function* podsBehindGateways(world: World): Generator<PodsBehind> {
  for (const { manifest, namespace, name, port, field, service } of backendsOf(world)) {
    const at = listOf(service?.spec?.ports).find((one) =>
      port?.name === undefined ? one.port === port?.number : one.name === port.name,
    );
    if (!at || !service?.spec?.selector) continue;
    for (const pods of world.select(namespace, { matchLabels: service.spec.selector }))
      yield { manifest, name, pods, target: targetOf(at, pods), field: [...field, 'name'] };
  }
}
