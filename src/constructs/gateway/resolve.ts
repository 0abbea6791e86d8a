import {
  GATEWAY_IMPLEMENTATIONS,
  implementationOf,
  type GatewayImplementation,
} from '../../k8s/gateway-implementations';
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
  | { readonly kind: 'Ingress' }
  | {
      readonly kind: 'HTTPRoute';
      readonly parent: ParentGateway;
      readonly listen: ResolvedListen | undefined;
      /** Undefined if it is not known. */
      readonly implementation: GatewayImplementation | undefined;
    };
export type RouteForm = Extract<Form, { kind: 'HTTPRoute' }>;

/** The complete options. Wrong values stay as they are: the problems report them. */
export function resolveGateway(name: string, given: GatewayOptions): ResolvedGateway {
  const { cors, routes: _, listen: __, httpRoute: ___, ...rest } = given;
  return {
    ...rest,
    cors: cors && withDefaults(cors, CORS),
    hostGroups: hostGroupsOf(given),
    form: formOf(name, given),
  };
}

function formOf(name: string, { listen, httpRoute, controller }: GatewayOptions): Form {
  if (!listen && !httpRoute) return { kind: 'Ingress' };
  const { issuer, ...rest } = withDefaults(listen, LISTEN);
  const all: readonly GatewayImplementation[] = GATEWAY_IMPLEMENTATIONS;
  return {
    kind: 'HTTPRoute',
    parent: httpRoute ?? { gateway: name },
    listen: listen && {
      ...rest,
      issuer:
        issuer === undefined ? undefined : withDefaults(typeof issuer === 'string' ? { name: issuer } : issuer, ISSUER),
    },
    implementation:
      controller === undefined
        ? listen && implementationOf(listen.className, undefined)
        : all.find(({ id }) => id === controller),
  };
}
