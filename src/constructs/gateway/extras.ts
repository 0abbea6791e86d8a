import type { KubernetesObject } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { byteQuantity } from '../shared/plus';
import { parseQuantity } from '../../k8s/quantity';
import type { ResolvedCors, ResolvedGateway } from './resolve';
import type { GatewayBase } from './options';
import { addObject } from '../shared/object';

type Scope = Construct & { name: string; namespace: string | undefined };

/** Traefik's way to do something with a request on its way: an object of its own, which routes name. */
interface Middleware extends KubernetesObject {
  spec: { headers?: object; buffering?: object };
}

/** A step that an HTTPRoute puts requests through. */
export type RouteFilter =
  | { type: 'CORS'; cors: object }
  | { type: 'ExtensionRef'; extensionRef: { group: string; kind: string; name: string } };

/** How an Ingress says what it has no fields for: as its controller reads it. */
export function ingressAnnotations(scope: Scope, options: ResolvedGateway): Record<string, string> {
  if (options.controller === 'ingress-nginx') return nginxAnnotations(nginxSettings(options));
  if (options.controller !== 'traefik') return {};
  const names = addMiddlewares(scope, options).map((name) => `${scope.namespace}-${name}@kubernetescrd`);
  return names.length > 0 ? { 'traefik.ingress.kubernetes.io/router.middlewares': names.join(',') } : {};
}

/** What an HTTPRoute puts requests through. Traefik 3.6 does not know the standard's filter for CORS yet. */
export function routeFilters(scope: Scope, options: ResolvedGateway): RouteFilter[] {
  if (options.controller === 'traefik') {
    return addMiddlewares(scope, options).map((name) => ({
      type: 'ExtensionRef',
      extensionRef: { group: 'traefik.io', kind: 'Middleware', name },
    }));
  }
  if (!options.cors) return [];
  const { origins, methods, headers, exposedHeaders, credentials, maxAge } = options.cors;
  const cors = {
    allowOrigins: origins,
    allowMethods: methods,
    allowHeaders: headers,
    ...(exposedHeaders.length > 0 && { exposeHeaders: exposedHeaders }),
    ...(credentials && { allowCredentials: true }),
    maxAge,
  };
  return [{ type: 'CORS', cors }];
}

/** CORS comes first: pages of other origins can read a refusal too. */
function addMiddlewares(scope: Scope, { cors, maxBody }: ResolvedGateway): string[] {
  const specs = {
    ...(cors && { cors: { headers: traefikHeaders(cors) } }),
    ...(maxBody !== undefined && { 'max-body': { buffering: { maxRequestBodyBytes: bytesOf(maxBody) } } }),
  };
  return Object.entries(specs).map(([id, spec]) => {
    const name = `${scope.name}-${id}`;
    addObject<Middleware>(scope, id, {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name },
      spec,
    });
    return name;
  });
}

function traefikHeaders({ origins, methods, headers, exposedHeaders, credentials, maxAge }: ResolvedCors): object {
  return {
    accessControlAllowOriginList: origins,
    accessControlAllowMethods: methods,
    accessControlAllowHeaders: headers,
    ...(exposedHeaders.length > 0 && { accessControlExposeHeaders: exposedHeaders }),
    ...(credentials && { accessControlAllowCredentials: true }),
    accessControlMaxAge: maxAge,
    // What one origin may read, no cache must give to another.
    addVaryHeader: true,
  };
}

/** Settings as ingress-nginx reads them. */
export function nginxAnnotations(said: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(said).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value]));
}

function nginxSettings({ cors, maxBody }: ResolvedGateway): Record<string, string> {
  const said: Record<string, string> = {};
  if (cors) {
    const { origins, methods, headers, exposedHeaders, credentials, maxAge } = cors;
    said['enable-cors'] = 'true';
    said['cors-allow-origin'] = origins.join(', ');
    said['cors-allow-methods'] = methods.join(', ');
    said['cors-allow-headers'] = headers.join(', ');
    if (exposedHeaders.length > 0) said['cors-expose-headers'] = exposedHeaders.join(', ');
    // Left out it would be true.
    said['cors-allow-credentials'] = String(credentials);
    said['cors-max-age'] = String(maxAge);
  }
  if (maxBody !== undefined) said['proxy-body-size'] = String(bytesOf(maxBody));
  return said;
}

function bytesOf(size: NonNullable<GatewayBase['maxBody']>): number {
  return parseQuantity(byteQuantity(size)) ?? 0;
}
