import {
  implementationNamed,
  implementationOf,
  type GatewayImplementation,
  type Proxies,
} from '../../k8s/gateway-implementations';
import { INGRESS_CONTROLLERS, isIngressController } from '../../k8s/controllers';
import { withDefaults, type Complete } from '../shared/defaults';
import { hostGroupsOf, type HostGroup } from './hosts';
import type { CertificateIssuer, Cors, GatewayBase, GatewayOptions, Listen, ParentGateway } from './options';

const CORS = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  headers: ['Authorization', 'Content-Type'],
  exposedHeaders: [],
  credentials: false,
  maxAge: 3600,
} satisfies Partial<Cors>;
const LISTEN = { http: 80, https: 443, redirect: true } satisfies Partial<Listen>;
const ISSUER = { kind: 'ClusterIssuer' } as const;

/** The options of a gateway, all defaults included. The objects and most checks read only this. */
export type ResolvedGateway = Omit<GatewayBase, 'cors' | 'listen' | 'httpRoute'> &
  Pick<GatewayOptions, 'host' | 'hosts'> & {
    readonly cors: ResolvedCors | undefined;
    /** The hosts, grouped by their routes. */
    readonly hostGroups: readonly HostGroup[];
    readonly form: Form;
  };

export type ResolvedCors = Complete<Cors, typeof CORS>;
export type ResolvedListen = Omit<Complete<Listen, typeof LISTEN>, 'issuer'> & {
  readonly issuer: Complete<CertificateIssuer, typeof ISSUER> | undefined;
};

/** What the gateway becomes: an Ingress, or HTTPRoutes of a Gateway that exists or that it writes. */
type Form =
  | { readonly kind: 'Ingress'; readonly proxies: Proxies | undefined }
  | {
      readonly kind: 'HTTPRoute';
      readonly proxies: Proxies;
      readonly parent: ParentGateway;
      readonly listen: ResolvedListen | undefined;
      /** Undefined if it is not known. */
      readonly implementation: GatewayImplementation | undefined;
    };
export type RouteForm = Extract<Form, { kind: 'HTTPRoute' }>;

type Self = { readonly name: string; readonly namespace: string | undefined };

/** The complete options. Wrong values stay as they are: the problems report them. */
export function resolveGateway(self: Self, given: GatewayOptions): ResolvedGateway {
  const { cors, routes: _, listen: __, httpRoute: ___, ...rest } = given;
  return {
    ...rest,
    cors: cors && withDefaults(cors, CORS),
    hostGroups: hostGroupsOf(given),
    form: formOf(self, given),
  };
}

/** Without another way in, the routes belong to this Gateway. */
const DEFAULT_PARENT: ParentGateway = { gateway: 'public', namespace: 'gateway' };

function formOf({ name, namespace }: Self, given: GatewayOptions): Form {
  const { listen, httpRoute, controller, className } = given;
  if (!listen && !httpRoute && (className !== undefined || isIngressController(controller)))
    return { kind: 'Ingress', proxies: proxiesOfIngress(given) };
  const parent = listen ? { gateway: name } : (httpRoute ?? DEFAULT_PARENT);
  const { issuer, ...rest } = withDefaults(listen, LISTEN);
  const implementation =
    controller === undefined
      ? listen && implementationOf(listen.className, undefined)
      : implementationNamed(controller);
  return {
    kind: 'HTTPRoute',
    proxies: implementation?.proxies ?? proxiesOf(parent, namespace),
    parent,
    listen: listen && {
      ...rest,
      issuer:
        issuer === undefined ? undefined : withDefaults(typeof issuer === 'string' ? { name: issuer } : issuer, ISSUER),
    },
    implementation,
  };
}

/** The proxies of a Gateway whose implementation is not known. */
function proxiesOf({ namespace }: ParentGateway, own: string | undefined): Proxies {
  return namespace === undefined || namespace === own ? 'with-the-gateway' : { namespace };
}

function proxiesOfIngress({ controller, className }: GatewayOptions): Proxies | undefined {
  const known = isIngressController(controller)
    ? INGRESS_CONTROLLERS[controller]
    : Object.values(INGRESS_CONTROLLERS).find((one) => one.className === className);
  return known && { namespace: known.namespace };
}
