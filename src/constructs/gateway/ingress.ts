import type { V1HTTPIngressPath, V1Ingress, V1IngressRule, V1IngressSpec, V1IngressTLS } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { ResolvedGateway } from './resolve';
import type { Microservice } from '../microservice/microservice';
import { ingressAnnotations, nginxAnnotations } from './extras';
import { secureHosts } from './certificates';
import type { HostGroup } from './hosts';
import { addObject } from '../shared/object';

type Scope = Construct & { name: string; namespace: string | undefined };

/** Adds the Ingress of a gateway; for ingress-nginx also one Ingress for each canary by weight. */
export function addIngress(scope: Scope, options: ResolvedGateway, hostGroups: readonly HostGroup[]): void {
  const tls = certificates(scope, options);
  add(scope, 'ingress', scope.name, ingressAnnotations(scope, options), {
    ...classOf(options),
    ...(tls.length > 0 && { tls }),
    rules: rulesOf(hostGroups, ({ name }) => name, options),
  });
  if (options.controller === 'ingress-nginx') addCanaries(scope, options, hostGroups);
}

/**
 * Adds an Ingress with the routes and the weight of each canary. ingress-nginx reads everything else from the first
 * Ingress.
 */
function addCanaries(scope: Scope, options: ResolvedGateway, hostGroups: readonly HostGroup[]): void {
  for (const target of new Set(hostGroups.flatMap(({ routes }) => routes.map(([, routeTarget]) => routeTarget)))) {
    const [, canary] = target.endpoint.options.backends ?? [];
    if (!canary) continue;
    const own = hostGroups
      .map((group) => ({ ...group, routes: group.routes.filter(([, routeTarget]) => routeTarget === target) }))
      .filter(({ routes }) => routes.length > 0);
    const annotations = nginxAnnotations({ canary: 'true', 'canary-weight': String(canary.weight) });
    add(scope, canary.service, `${scope.name}-${canary.service}`, annotations, {
      ...classOf(options),
      rules: rulesOf(own, () => canary.service, options),
    });
  }
}

function add(scope: Scope, id: string, name: string, annotations: Record<string, string>, spec: V1IngressSpec): void {
  addObject<V1Ingress>(scope, id, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec,
  });
}

function classOf({ className }: ResolvedGateway): { ingressClassName?: string } {
  return className ? { ingressClassName: className } : {};
}

/** The rules of each host: its paths, and the names of the Services behind them. */
function rulesOf(
  hostGroups: readonly HostGroup[],
  serviceOf: (target: Microservice) => string,
  { controller }: ResolvedGateway,
): V1IngressRule[] {
  return hostGroups.flatMap(({ hosts, routes }) => {
    const paths = routes.flatMap(([path, target]) => pathsOf(path, serviceOf(target), controller === 'traefik'));
    return hosts.length > 0 ? hosts.map((host) => ({ host, http: { paths } })) : [{ http: { paths } }];
  });
}

/**
 * The paths of one route. Without strictPrefixMatching Traefik compares prefixes letter by letter: `/api` would match
 * `/apis`. An exact path and a prefix with a slash have the same meaning in both modes.
 */
function pathsOf(path: string, name: string, byLetter: boolean): V1HTTPIngressPath[] {
  const backend = { service: { name, port: { name: 'http' } } };
  if (!byLetter || path === '/') return [{ path, pathType: 'Prefix', backend }];
  return [
    { path, pathType: 'Exact', backend },
    { path: `${path}/`, pathType: 'Prefix', backend },
  ];
}

/** The Secrets of the certificates, each with its hosts. */
function certificates(scope: Scope, options: ResolvedGateway): V1IngressTLS[] {
  const bySecret = new Map<string, string[]>();
  for (const { host, secret } of secureHosts(scope.name, options))
    bySecret.set(secret, [...(bySecret.get(secret) ?? []), ...(host === undefined ? [] : [host])]);
  return [...bySecret].map(([secretName, hosts]) => ({ ...(hosts.length > 0 && { hosts }), secretName }));
}
