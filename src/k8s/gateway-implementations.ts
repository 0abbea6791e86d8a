import type { GatewayController } from './controllers';

/** The settings of an HTTPRoute that the Gateway API does not require of every implementation, as far as some lack them. */
export const ROUTE_SETTINGS = {
  timeouts: 'timeouts',
  cors: 'the filter CORS',
  mirror: 'the filter RequestMirror',
  backendFilters: 'filters of a backend',
} as const;
export type RouteSetting = keyof typeof ROUTE_SETTINGS;

/**
 * Where the proxies run, which forward requests to a program: in the namespace of the controller, in the namespace of
 * each Gateway, outside the cluster, or on the nodes. Only policies of Cilium can name those on the nodes.
 */
export type Proxies =
  | { readonly namespace: string }
  | { readonly cidrs: readonly string[] }
  | 'with-the-gateway'
  | 'on-the-nodes';

/** The label with the name of the Gateway, on pods that an implementation creates for it. */
export const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';

/** An implementation of the Gateway API. */
export interface GatewayImplementation {
  /** For the option `controller`. */
  readonly id: GatewayController;
  readonly title: string;
  /** The version of the report. */
  readonly version: string;
  /** The conformance report of this version, in the repository of the Gateway API. */
  readonly report: string;
  /** The `controllerName` of its GatewayClasses. */
  readonly controllerName: string;
  /** The name of the GatewayClass that its documentation creates. */
  readonly className: RegExp;
  /** Where its proxies are, unless it is configured otherwise. */
  readonly proxies: Proxies;
  /** What it ignores or refuses, and what it has for this purpose. An empty text: nothing for a single route. */
  readonly lacks: Readonly<Partial<Record<RouteSetting, string>>>;
}

/** The implementations that we know. The reports are those of the newest release; a pre-release does not count. */
export const GATEWAY_IMPLEMENTATIONS: readonly GatewayImplementation[] = [
  {
    id: 'envoy-gateway',
    title: 'Envoy Gateway',
    version: '1.9.0',
    report: 'v1.6/envoy-gateway/experimental-v1.9.0-default-report.yaml',
    controllerName: 'gateway.envoyproxy.io/gatewayclass-controller',
    className: /^eg$/,
    proxies: { namespace: 'envoy-gateway-system' },
    lacks: {},
  },
  {
    id: 'cilium',
    title: 'Cilium',
    version: '1.20.0',
    report: 'v1.6/cilium/standard-v1.20.0-default-report.yaml',
    controllerName: 'io.cilium/gateway-controller',
    className: /^cilium$/,
    proxies: 'on-the-nodes',
    lacks: {},
  },
  {
    id: 'kgateway',
    title: 'kgateway',
    version: '2.2.1',
    report: 'v1.4.1/kgateway/v2.2.1-report.yaml',
    controllerName: 'kgateway.dev/kgateway',
    className: /^kgateway$/,
    proxies: 'with-the-gateway',
    lacks: {},
  },
  {
    id: 'istio',
    title: 'Istio',
    version: '1.30.0',
    report: 'v1.5/istio-istio/1.30.0-default-report.yaml',
    controllerName: 'istio.io/gateway-controller',
    className: /^istio$/,
    proxies: 'with-the-gateway',
    lacks: {},
  },
  {
    id: 'nginx-gateway-fabric',
    title: 'NGINX Gateway Fabric',
    version: '2.6.0',
    report: 'v1.5/nginx-nginx-gateway-fabric/experimental-2.6.0-default-report.yaml',
    controllerName: 'gateway.nginx.org/nginx-gateway-controller',
    className: /^nginx$/,
    proxies: 'with-the-gateway',
    lacks: { timeouts: '', backendFilters: '' },
  },
  {
    id: 'traefik',
    title: 'Traefik',
    version: '3.7.10',
    report: 'v1.6/traefik-traefik/experimental-v3.7.10-default-report.yaml',
    controllerName: 'traefik.io/gateway-controller',
    className: /^traefik$/,
    proxies: { namespace: 'traefik' },
    lacks: { timeouts: '', cors: 'a Middleware with headers, by a filter ExtensionRef', mirror: '' },
  },
  {
    id: 'gke',
    title: 'GKE Gateway',
    version: '1.36.2',
    report: 'v1.6/gke-gateway/v1.6.0-gke-report.yaml',
    controllerName: 'networking.gke.io/gateway',
    className: /^gke-l7-/,
    proxies: { cidrs: ['130.211.0.0/22', '35.191.0.0/16'] },
    lacks: { timeouts: 'timeoutSec of a GCPBackendPolicy', cors: '', backendFilters: '' },
  },
];

/** The implementation with an id. */
export function implementationNamed(id: string): GatewayImplementation | undefined {
  return GATEWAY_IMPLEMENTATIONS.find((one) => one.id === id);
}

/** The implementation of a GatewayClass: by its controller if that is known, or else by the usual name of the class. */
export function implementationOf(
  className: string,
  controllerName: string | undefined,
): GatewayImplementation | undefined {
  return GATEWAY_IMPLEMENTATIONS.find((one) =>
    controllerName === undefined ? one.className.test(className) : one.controllerName === controllerName,
  );
}
