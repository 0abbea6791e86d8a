import type { KubernetesObject } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { ANNOTATIONS } from '../../k8s/keys';
import { byteQuantity } from '../shared/plus';
import { parseQuantity } from '../../k8s/quantity';
import type { ResolvedCors, ResolvedGateway, RouteForm } from './resolve';
import type { BasicAuth, GatewayBase, GatewayHeaders, HeaderChanges } from './options';
import { addObject } from '../shared/object';

type Scope = Construct & { name: string; namespace: string | undefined };

/** A Middleware of Traefik. It processes requests, and routes refer to it by name. */
interface Middleware extends KubernetesObject {
  spec: { headers?: object; basicAuth?: object; buffering?: object };
}

/** A filter of an HTTPRoute. It processes requests. */
export type RouteFilter =
  | { type: 'CORS'; cors: object }
  | { type: 'RequestHeaderModifier'; requestHeaderModifier: object }
  | { type: 'ResponseHeaderModifier'; responseHeaderModifier: object }
  | { type: 'RequestRedirect'; requestRedirect: object }
  | { type: 'ExtensionRef'; extensionRef: { group: string; kind: string; name: string } };

/** The annotations for settings that Ingress has no fields for. Each controller has its own annotations. */
export function ingressAnnotations(scope: Scope, options: ResolvedGateway): Record<string, string> {
  if (options.controller === 'ingress-nginx')
    return {
      [ANNOTATIONS.controller]: options.controller,
      ...nginxAnnotations(nginxSettings(options)),
      ...existingSecret(options.basicAuth),
    };
  if (options.controller !== 'traefik') return {};
  const names = addMiddlewares(scope, options).map((name) => `${scope.namespace}-${name}@kubernetescrd`);
  return names.length > 0 ? { 'traefik.ingress.kubernetes.io/router.middlewares': names.join(',') } : {};
}

/** The filters of an HTTPRoute. Traefik does not support the standard CORS filter yet, so it gets Middlewares. */
export function routeFilters(scope: Scope, options: ResolvedGateway, { implementation }: RouteForm): RouteFilter[] {
  const { headers, ...rest } = options;
  if (implementation?.id !== 'traefik') return [...corsFilter(options), ...headerFilters(headers)];
  const middlewares = addMiddlewares(scope, rest).map((name): RouteFilter => ({
    type: 'ExtensionRef',
    extensionRef: { group: 'traefik.io', kind: 'Middleware', name },
  }));
  return [...middlewares, ...headerFilters(headers)];
}

function headerFilters({ request, response }: GatewayHeaders = {}): RouteFilter[] {
  return [
    ...(request ? [{ type: 'RequestHeaderModifier' as const, requestHeaderModifier: changes(request) }] : []),
    ...(response ? [{ type: 'ResponseHeaderModifier' as const, responseHeaderModifier: changes(response) }] : []),
  ];
}

function changes({ set, add, remove }: HeaderChanges): object {
  const list = (headers: Readonly<Record<string, string>>) =>
    Object.entries(headers).map(([name, value]) => ({ name, value }));
  return { ...(set && { set: list(set) }), ...(add && { add: list(add) }), ...(remove && { remove }) };
}

function corsFilter({ cors: given }: ResolvedGateway): RouteFilter[] {
  if (!given) return [];
  const { origins, methods, headers, exposedHeaders, credentials, maxAge } = given;
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

/**
 * CORS comes first, so that pages of other origins can also read an error response. Bodies are buffered last, so that
 * nobody without a password fills the buffers.
 */
function addMiddlewares(
  scope: Scope,
  { cors, basicAuth, maxBody, headers }: Pick<ResolvedGateway, 'cors' | 'basicAuth' | 'maxBody' | 'headers'>,
): string[] {
  const specs = {
    ...(cors && { cors: { headers: traefikHeaders(cors) } }),
    ...(headers && { headers: { headers: traefikHeaderChanges(headers) } }),
    ...(basicAuth && { 'basic-auth': { basicAuth: { secret: basicAuth.secret } } }),
    ...(maxBody !== undefined && { 'max-body': { buffering: { maxRequestBodyBytes: bytesOf(maxBody) } } }),
  };
  return Object.entries(specs).map(([id, spec]) => {
    const name = `${scope.name}-${id}`;
    const annotations = id === 'basic-auth' ? existingSecret(basicAuth) : {};
    addObject<Middleware>(scope, id, {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name, ...(Object.keys(annotations).length > 0 && { annotations }) },
      spec,
    });
    return name;
  });
}

/** The annotation for a Secret that is created outside the charts, because `check` reads only manifests. */
function existingSecret(basicAuth: BasicAuth | undefined): Record<string, string> {
  return basicAuth?.existing ? { [ANNOTATIONS.existingSecrets]: JSON.stringify({ [basicAuth.secret]: ['auth'] }) } : {};
}

function traefikHeaders({ origins, methods, headers, exposedHeaders, credentials, maxAge }: ResolvedCors): object {
  return {
    accessControlAllowOriginList: origins,
    accessControlAllowMethods: methods,
    accessControlAllowHeaders: headers,
    ...(exposedHeaders.length > 0 && { accessControlExposeHeaders: exposedHeaders }),
    ...(credentials && { accessControlAllowCredentials: true }),
    accessControlMaxAge: maxAge,
    // A cache must not return the response for one origin to another origin.
    addVaryHeader: true,
  };
}

/** An empty text removes a header. Traefik cannot add a header to those of the same name. */
function traefikHeaderChanges({ request, response }: GatewayHeaders): object {
  const custom = ({ set, remove = [] }: HeaderChanges) => ({
    ...set,
    ...Object.fromEntries(remove.map((name) => [name, ''])),
  });
  return {
    ...(request && { customRequestHeaders: custom(request) }),
    ...(response && { customResponseHeaders: custom(response) }),
  };
}

/** Settings as annotations of ingress-nginx. */
export function nginxAnnotations(settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value]),
  );
}

function nginxSettings({ cors, basicAuth, maxBody, timeout }: ResolvedGateway): Record<string, string> {
  const settings: Record<string, string> = {};
  if (cors) {
    const { origins, methods, headers, exposedHeaders, credentials, maxAge } = cors;
    settings['enable-cors'] = 'true';
    settings['cors-allow-origin'] = origins.join(', ');
    settings['cors-allow-methods'] = methods.join(', ');
    settings['cors-allow-headers'] = headers.join(', ');
    if (exposedHeaders.length > 0) settings['cors-expose-headers'] = exposedHeaders.join(', ');
    // The default of ingress-nginx is true.
    settings['cors-allow-credentials'] = String(credentials);
    settings['cors-max-age'] = String(maxAge);
  }
  if (basicAuth) {
    settings['auth-type'] = 'basic';
    settings['auth-secret'] = basicAuth.secret;
  }
  if (maxBody !== undefined) settings['proxy-body-size'] = String(bytesOf(maxBody));
  if (timeout !== undefined) settings['proxy-read-timeout'] = String(timeout);
  return settings;
}

function bytesOf(size: NonNullable<GatewayBase['maxBody']>): number {
  return parseQuantity(byteQuantity(size)) ?? 0;
}
