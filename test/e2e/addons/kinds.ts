/** A custom resource kind. The API server must know it before a controller can watch it. */
interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope?: 'Cluster' | 'Namespaced';
  /** The defaults that controllers rely on. */
  readonly properties?: object;
}

const defaults = (properties: object) => ({
  type: 'object',
  properties,
  'x-kubernetes-preserve-unknown-fields': true,
});
/** A certificate of a listener is a Secret if it names no other kind. Traefik refuses a reference without a kind. */
const CERTIFICATES = {
  type: 'array',
  items: defaults({ group: { type: 'string', default: '' }, kind: { type: 'string', default: 'Secret' } }),
};
const LISTENERS = { type: 'array', items: defaults({ tls: defaults({ certificateRefs: CERTIFICATES }) }) };

const TRAEFIK = [
  'IngressRoute',
  'IngressRouteTCP',
  'IngressRouteUDP',
  'Middleware',
  'MiddlewareTCP',
  'ServersTransport',
  'ServersTransportTCP',
  'TLSOption',
  'TLSStore',
  'TraefikService',
];
const ROUTES = ['GRPCRoute', 'HTTPRoute'];

/** The kinds that Traefik 3.6 watches when its Middlewares and HTTPRoutes are enabled, even if nothing uses them. */
const KINDS: readonly Kind[] = [
  ...TRAEFIK.map((kind) => ({ group: 'traefik.io', version: 'v1alpha1', kind, plural: `${kind.toLowerCase()}s` })),
  ...ROUTES.map((kind) => ({
    group: 'gateway.networking.k8s.io',
    version: 'v1',
    kind,
    plural: `${kind.toLowerCase()}s`,
  })),
  {
    group: 'gateway.networking.k8s.io',
    version: 'v1',
    kind: 'Gateway',
    plural: 'gateways',
    properties: { spec: defaults({ listeners: LISTENERS }) },
  },
  {
    group: 'gateway.networking.k8s.io',
    version: 'v1',
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    scope: 'Cluster',
  },
  { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'BackendTLSPolicy', plural: 'backendtlspolicies' },
  { group: 'gateway.networking.k8s.io', version: 'v1beta1', kind: 'ReferenceGrant', plural: 'referencegrants' },
];

/** CustomResourceDefinitions without checks. In a real cluster, they come from Traefik and the Gateway API. */
export const TRAEFIK_KINDS: readonly object[] = KINDS.map(
  ({ group, version, kind, plural, scope = 'Namespaced', properties = {} }) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test only' },
    },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: defaults(properties) },
        },
      ],
    },
  }),
);
