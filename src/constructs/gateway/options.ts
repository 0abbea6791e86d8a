import type { ByteAmount } from '../shared/plus';
import type { Microservice } from '../microservice/microservice';

/** Which path leads where. A path takes itself and everything below it, `/api` also `/api/posts` but not `/apis`; the longest that fits is taken. */
export type Routes = Readonly<Record<`/${string}`, Microservice>>;

/** What a host has of its own. */
export interface GatewayHost {
  /**
   * Where its paths lead.
   * @default - the routes of the gateway
   */
  readonly routes?: Routes;
  /**
   * The Secret that holds its certificate.
   * @default - the tlsSecret of the gateway
   */
  readonly tlsSecret?: string;
}

/** Pages of other origins that may call, which browsers forbid by themselves. */
export interface Cors {
  /** The origins, such as `https://app.example.com`; or `*`, for every page there is. */
  readonly origins: readonly string[];
  /**
   * The methods they may use.
   * @default ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
   */
  readonly methods?: readonly string[];
  /**
   * The headers they may send, beside those that are always allowed.
   * @default ['Authorization', 'Content-Type']
   */
  readonly headers?: readonly string[];
  /**
   * The headers of the answer that they may read, beside those that are always allowed.
   * @default - none
   */
  readonly exposedHeaders?: readonly string[];
  /**
   * Whether browsers send cookies along.
   * @default false
   */
  readonly credentials?: boolean;
  /**
   * For how many seconds a browser need not ask again.
   * @default 3600
   */
  readonly maxAge?: number;
}

/** The Gateway of the Gateway API that an HTTPRoute hangs on; it has to let routes of this namespace in. */
export interface ParentGateway {
  /** Its name. */
  readonly gateway: string;
  /**
   * Its namespace.
   * @default - that of the chart
   */
  readonly namespace?: string;
  /**
   * The one of its listeners that serves these hosts, by name.
   * @default - every listener that takes them
   */
  readonly listener?: string;
}

/** Programs that serve a gateway, each with its own way to say what no standard has a field for. */
export const CONTROLLERS = ['traefik', 'ingress-nginx'] as const;
/** A program that serves a gateway. */
export type Controller = (typeof CONTROLLERS)[number];

/** One host, or every one. */
export interface OneHost {
  /** Which path leads where. */
  readonly routes: Routes;
  /**
   * The host name it answers to; `*.example.com` is every name in that domain.
   * @default - every host name
   */
  readonly host?: string;
  readonly hosts?: never;
}

/** Several hosts. */
export interface SeveralHosts {
  /** The host names it answers to: `['a.example.com', 'b.example.com']`, or by name what each has of its own. */
  readonly hosts: readonly string[] | Readonly<Record<string, GatewayHost>>;
  /**
   * Which path leads where, for hosts without routes of their own.
   * @default - each host has routes of its own
   */
  readonly routes?: Routes;
  readonly host?: never;
}

/** What makes up a gateway. */
export type GatewayOptions = GatewayBase & (OneHost | SeveralHosts);

/** The options beside hosts and routes. */
export interface GatewayBase {
  /**
   * The Secret of the same namespace that holds the certificate, under `tls.crt` and `tls.key`.
   * @default - plain HTTP
   */
  readonly tlsSecret?: string;
  /**
   * Pages of other origins that may call.
   * @default - none
   */
  readonly cors?: Cors;
  /**
   * The size, such as `8Mi`, above which the body of a request is refused with 413. Traefik then keeps each request and each
   * answer back until it is complete: no stream of events comes through.
   * @default - whatever the controller allows
   */
  readonly maxBody?: ByteAmount;
  /**
   * The program that serves it. There is no standard field for `maxBody`, and none of an Ingress for `cors`: they are written
   * as annotations for ingress-nginx, and as Middlewares for Traefik (with its provider kubernetesCRD switched on). The weight of a canary
   * is an annotation for ingress-nginx too; other Ingresses know none.
   * @default - any: without `maxBody`, and without `cors` and weights unless it is an HTTPRoute
   */
  readonly controller?: Controller;
  /**
   * The class of the ingress controller that serves it.
   * @default - the cluster's default class
   */
  readonly className?: string;
  /**
   * The namespace the controller runs in: only its pods may reach the microservices.
   * @default - any namespace but this one
   */
  readonly controllerNamespace?: string;
  /**
   * The Gateway whose HTTPRoute it becomes (Gateway API 1.0, for `cors` 1.5), in place of an Ingress.
   * @default - an Ingress
   */
  readonly httpRoute?: ParentGateway;
}
