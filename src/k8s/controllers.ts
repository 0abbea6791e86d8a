/** The controllers of Ingresses that we know. */
export type IngressController = 'traefik' | 'ingress-nginx';
/** The implementations of the Gateway API that we know. */
export type GatewayController =
  | 'envoy-gateway'
  | 'cilium'
  | 'kgateway'
  | 'istio'
  | 'nginx-gateway-fabric'
  | 'traefik'
  | 'gke';

/** The class and the namespace that the documentation of each controller of Ingresses creates. */
export const INGRESS_CONTROLLERS: Readonly<
  Record<IngressController, { readonly className: string; readonly namespace: string }>
> = {
  traefik: { className: 'traefik', namespace: 'traefik' },
  'ingress-nginx': { className: 'nginx', namespace: 'ingress-nginx' },
};

/** Whether a controller is one of Ingresses. Traefik is also an implementation of the Gateway API. */
export function isIngressController(name: string | undefined): name is IngressController {
  return name !== undefined && Object.hasOwn(INGRESS_CONTROLLERS, name);
}
