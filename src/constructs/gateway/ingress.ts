import type { V1HTTPIngressPath, V1Ingress, V1IngressRule, V1IngressSpec, V1IngressTLS } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { ResolvedGateway } from './resolve';
import type { Microservice } from '../microservice/microservice';
import { ingressAnnotations, nginxAnnotations } from './extras';
import { hostsOf, type Door } from './hosts';
import { addObject } from '../shared/object';

type Scope = Construct & { name: string; namespace: string | undefined };

/** A gateway as an Ingress; for ingress-nginx also one Ingress for each canary by weight. */
export function addIngress(scope: Scope, options: ResolvedGateway, doors: readonly Door[]): void {
  const tls = certificates(options);
  add(scope, 'ingress', scope.name, ingressAnnotations(scope, options), {
    ...classOf(options),
    ...(tls.length > 0 && { tls }),
    rules: rulesOf(doors, ({ name }) => name, options),
  });
  if (options.controller === 'ingress-nginx') addCanaries(scope, options, doors);
}

/** An Ingress with the same routes for each canary, with its weight. ingress-nginx reads everything else from the first Ingress. */
function addCanaries(scope: Scope, options: ResolvedGateway, doors: readonly Door[]): void {
  for (const target of new Set(doors.flatMap(({ routes }) => routes.map(([, leadsTo]) => leadsTo)))) {
    const [, canary] = target.endpoint.options.backends ?? [];
    if (!canary) continue;
    const own = doors
      .map((door) => ({ ...door, routes: door.routes.filter(([, leadsTo]) => leadsTo === target) }))
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

/** What each host takes, and the name of the Service behind it. */
function rulesOf(
  doors: readonly Door[],
  serviceOf: (target: Microservice) => string,
  { controller }: ResolvedGateway,
): V1IngressRule[] {
  return doors.flatMap(({ hosts, routes }) => {
    const paths = routes.flatMap(([path, target]) => pathsOf(path, serviceOf(target), controller === 'traefik'));
    return hosts.length > 0 ? hosts.map((host) => ({ host, http: { paths } })) : [{ http: { paths } }];
  });
}

/**
 * Without strictPrefixMatching Traefik compares prefixes letter by letter: `/api` would match `/apis`. An exact path and a
 * prefix with a slash have the same meaning in both modes.
 */
function pathsOf(path: string, name: string, byLetter: boolean): V1HTTPIngressPath[] {
  const backend = { service: { name, port: { name: 'http' } } };
  if (!byLetter || path === '/') return [{ path, pathType: 'Prefix', backend }];
  return [
    { path, pathType: 'Exact', backend },
    { path: `${path}/`, pathType: 'Prefix', backend },
  ];
}

/** Each certificate with the hosts that it is for. */
function certificates(options: ResolvedGateway): V1IngressTLS[] {
  const hosts = hostsOf(options);
  if (hosts.length === 0) return options.tlsSecret ? [{ secretName: options.tlsSecret }] : [];
  const bySecret = new Map<string, string[]>();
  for (const [name, { tlsSecret = options.tlsSecret }] of hosts) {
    if (tlsSecret) bySecret.set(tlsSecret, [...(bySecret.get(tlsSecret) ?? []), name]);
  }
  return [...bySecret].map(([secretName, names]) => ({ hosts: names, secretName }));
}
