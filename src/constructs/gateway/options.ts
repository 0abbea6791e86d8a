import type { ByteAmount } from '../shared/plus';
import type { GatewayController, IngressController } from '../../k8s/controllers';
import type { OptionNames } from '../../problems/unknown-options';
import type { Microservice } from '../microservice/microservice';

/**
 * The target of each path. A path includes all paths below it: `/api` matches `/api/posts` but not `/apis`. The
 * longest matching path wins.
 *
 * Some controllers ignore a route whose Service has no ready pod. The requests then go to a shorter path, such as `/`.
 * Traefik answers 503 instead if it runs with `--providers.kubernetesIngress.allowEmptyServices=true`.
 */
export type Routes = Readonly<Record<`/${string}`, Microservice>>;

/** The options of one host. */
export interface GatewayHost {
  /**
   * The routes of this host.
   * @default - the routes of the gateway
   */
  readonly routes?: Routes;
  /**
   * The Secret with the certificate of the host.
   * @default - the `tlsSecret` of the gateway
   */
  readonly tlsSecret?: string;
}

/** Cross-origin resource sharing: which pages of other origins may send requests. */
export interface Cors {
  /** The allowed origins, such as `https://app.example.com`, or `*` for every origin. */
  readonly origins: readonly string[];
  /**
   * The allowed methods.
   * @default ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
   */
  readonly methods?: readonly string[];
  /**
   * The allowed request headers, in addition to those that are always allowed.
   * @default ['Authorization', 'Content-Type']
   */
  readonly headers?: readonly string[];
  /**
   * The response headers that pages can read, in addition to those that are always readable.
   * @default - none
   */
  readonly exposedHeaders?: readonly string[];
  /**
   * Whether browsers send cookies.
   * @default false
   */
  readonly credentials?: boolean;
  /**
   * How many seconds a browser caches the permission.
   * @default 3600
   */
  readonly maxAge?: number;
}

/** Passwords that the gateway asks for. */
export interface BasicAuth {
  /**
   * The Secret with the names and the hashes of the passwords, in the same namespace. Its only key is `auth`. The value has
   * one line for each person, as `htpasswd -nB NAME` prints it.
   */
  readonly secret: string;
  /**
   * Whether the Secret is created outside the charts, for instance with `kubectl create secret`. The checks then do
   * not report it as missing.
   * @default - false: the Secret is in the charts
   */
  readonly existing?: boolean;
}

/** The Gateway (Gateway API) to which an HTTPRoute is attached. It must allow routes of this namespace. */
export interface ParentGateway {
  /** Its name. */
  readonly gateway: string;
  /**
   * Its namespace.
   * @default - the namespace of the chart
   */
  readonly namespace?: string;
  /**
   * The name of the listener that serves these hosts.
   * @default - every listener that accepts them
   */
  readonly listener?: string;
}

/** A Gateway (Gateway API) of the chart, for the HTTPRoutes of these hosts only. */
export interface Listen {
  /** Its GatewayClass. The implementation creates it, or its installation does: `kubectl get gatewayclass`. */
  readonly className: string;
  /**
   * The port for plain HTTP. Traefik requires the port of one of its entry points.
   * @default 80
   */
  readonly http?: number;
  /**
   * The port for TLS. It exists if a host has a certificate.
   * @default 443
   */
  readonly https?: number;
  /**
   * Whether requests by plain HTTP get a redirect to HTTPS (status 301), for hosts with a certificate.
   * @default true
   */
  readonly redirect?: boolean;
  /**
   * The issuer of cert-manager that creates the Secrets of the certificates, such as `'letsencrypt'`. It is a ClusterIssuer;
   * `{ name: 'own', kind: 'Issuer' }` is one of the namespace.
   * @default - the Secrets exist
   */
  readonly issuer?: string | CertificateIssuer;
}

/** An issuer of cert-manager. */
export interface CertificateIssuer {
  /** Its name. */
  readonly name: string;
  /**
   * Its kind.
   * @default 'ClusterIssuer'
   */
  readonly kind?: 'ClusterIssuer' | 'Issuer';
}

/** Changes of the headers of requests or answers. */
export interface HeaderChanges {
  /**
   * Headers that replace those of the same name.
   * @default - none
   */
  readonly set?: Readonly<Record<string, string>>;
  /**
   * Headers in addition to those of the same name.
   * @default - none
   */
  readonly add?: Readonly<Record<string, string>>;
  /**
   * The names of headers to remove.
   * @default - none
   */
  readonly remove?: readonly string[];
}

/** Changes of headers, in both directions. */
export interface GatewayHeaders {
  /**
   * Before a request reaches a microservice.
   * @default - unchanged
   */
  readonly request?: HeaderChanges;
  /**
   * Before an answer reaches the client.
   * @default - unchanged
   */
  readonly response?: HeaderChanges;
}

/** A controller of Ingresses, or an implementation of the Gateway API. */
export type Controller = IngressController | GatewayController;

/** One host, or every host. */
export interface OneHost {
  /** The target of each path. */
  readonly routes: Routes;
  /**
   * The host name; `*.example.com` matches every name in that domain.
   * @default - every host name
   */
  readonly host?: string;
  readonly hosts?: never;
}

/** Several hosts. */
export interface SeveralHosts {
  /** The host names, such as `['a.example.com', 'b.example.com']`, or options by host name. */
  readonly hosts: readonly string[] | Readonly<Record<string, GatewayHost>>;
  /**
   * The target of each path, for hosts without their own routes.
   * @default - each host has its own routes
   */
  readonly routes?: Routes;
  readonly host?: never;
}

/** The options of a gateway. */
export type GatewayOptions = GatewayBase & (OneHost | SeveralHosts);

/** The options except hosts and routes. */
export interface GatewayBase {
  /**
   * The Secret with the certificate, in the same namespace, with the keys `tls.crt` and `tls.key`.
   * @default - plain HTTP
   */
  readonly tlsSecret?: string;
  /**
   * Cross-origin resource sharing: which pages of other origins may send requests.
   * @default - none
   */
  readonly cors?: Cors;
  /**
   * The gateway asks for a name and a password (basic authentication) before a request reaches a microservice. If the
   * Secret is missing, it refuses all requests. Browsers send the password with each request, so serve these hosts by TLS.
   * @default - no passwords
   */
  readonly basicAuth?: BasicAuth;
  /**
   * The maximum size of a request body, such as `8Mi`. Larger requests get the status 413. Traefik then buffers each
   * request and response, so event streams do not work.
   * @default - the limit of the controller
   */
  readonly maxBody?: ByteAmount;
  /**
   * The controller that serves the gateway. `traefik` and `ingress-nginx` alone make an Ingress.
   *
   * The standards have no field for `maxBody` and `basicAuth`, and Ingress has none for `cors`: they become annotations for
   * ingress-nginx, and Middlewares for Traefik (which requires its provider kubernetesCRD). The weight of a canary is also an
   * annotation for ingress-nginx; other Ingress controllers do not support it.
   * @default - with `listen`, that of the usual name of the class; otherwise any controller: without `maxBody` and
   * `basicAuth`; with an Ingress also without `cors`, `timeout`, `headers` and weights
   */
  readonly controller?: Controller;
  /**
   * The IngressClass. The gateway then becomes an Ingress.
   * @default - with an Ingress, the cluster's default class
   */
  readonly className?: string;
  /**
   * The namespace of the controller. Only its pods may connect to the microservices.
   * @default - that of `controller` or of the class, if it is known; otherwise that of the Gateway
   */
  readonly controllerNamespace?: string;
  /**
   * The address ranges of a controller outside the cluster, such as the subnets of a load balancer of the cloud. Only they
   * may connect to the microservices.
   * @default - the controller runs in the cluster, except that of GKE
   */
  readonly controllerCidrs?: readonly string[];
  /**
   * A Gateway that exists (Gateway API 1.0, for `cors` 1.5). The routes become HTTPRoutes of it.
   * @default - without `listen`, `className` and `controller`, the setting `gateways` of the environment, or else the Gateway
   * `public` of the namespace `gateway`
   */
  readonly httpRoute?: ParentGateway;
  /**
   * Writes a Gateway of the Gateway API for these hosts, with its listeners. The routes become HTTPRoutes of it.
   * @default - the Gateway of `httpRoute`
   */
  readonly listen?: Listen;
  /**
   * How many seconds the gateway waits for the answer to a request, before it answers 504.
   * @default - the limit of the controller
   */
  readonly timeout?: number;
  /**
   * Changes of the headers of requests and answers.
   * @default - unchanged
   */
  readonly headers?: GatewayHeaders;
}

/** The names of the options. @internal */
export const GATEWAY_OPTIONS: OptionNames<GatewayOptions> = {
  routes: 'opaque',
  host: true,
  hosts: [{ routes: 'opaque', tlsSecret: true }],
  tlsSecret: true,
  cors: { origins: true, methods: true, headers: true, exposedHeaders: true, credentials: true, maxAge: true },
  basicAuth: { secret: true, existing: true },
  maxBody: 'opaque',
  controller: true,
  className: true,
  controllerNamespace: true,
  controllerCidrs: true,
  httpRoute: { gateway: true, namespace: true, listener: true },
  listen: { className: true, http: true, https: true, redirect: true, issuer: 'opaque' },
  timeout: true,
  headers: {
    request: { set: true, add: true, remove: true },
    response: { set: true, add: true, remove: true },
  },
};
