import { INGRESS_CONTROLLERS } from '../../../k8s/controllers';
import { GATEWAY_IMPLEMENTATIONS } from '../../../k8s/gateway-implementations';
import { ROUTE_KINDS } from '../kinds';
import { isText, listOf, type World } from '../world';

/** The namespaces that known controllers create for their proxies. */
const USUAL = [
  ...Object.values(INGRESS_CONTROLLERS).map(({ namespace }) => namespace),
  ...GATEWAY_IMPLEMENTATIONS.flatMap(({ proxies }) =>
    typeof proxies === 'object' && 'namespace' in proxies ? [proxies.namespace] : [],
  ),
];

/** The namespaces that may contain the proxies of the Ingresses and routes: those of their Gateways, and the usual ones. */
export function proxyNamespaces(world: World): ReadonlySet<string> {
  const routes = ROUTE_KINDS.flatMap((kind) => world.ofKind(kind));
  if (routes.length + world.ofKind('Ingress').length === 0) return new Set();
  const parents = routes.flatMap(({ object }) => listOf(object.spec?.parentRefs));
  return new Set([...USUAL, ...parents.map(({ namespace }) => namespace).filter(isText)]);
}
