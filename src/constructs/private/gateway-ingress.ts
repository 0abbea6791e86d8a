import type { V1HTTPIngressPath, V1Ingress, V1IngressTLS } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { GatewayOptions } from '../gateway-options';
import { ingressAnnotations } from './gateway-extras';
import { hostsOf, type Door } from './gateway-hosts';
import { addObject } from './object';

type Scope = Construct & { name: string; namespace: string | undefined };

/** A gateway as an Ingress. */
export function addIngress(scope: Scope, options: GatewayOptions, doors: readonly Door[]): void {
  const annotations = ingressAnnotations(scope, options);
  const tls = certificates(options);
  addObject<V1Ingress>(scope, 'ingress', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: scope.name, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: {
      ...(options.className && { ingressClassName: options.className }),
      ...(tls.length > 0 && { tls }),
      rules: doors.flatMap(({ hosts, routes }) => {
        const paths = routes.flatMap(([path, { name }]) => pathsOf(path, name, options.controller === 'traefik'));
        return hosts.length > 0 ? hosts.map((host) => ({ host, http: { paths } })) : [{ http: { paths } }];
      }),
    },
  });
}

/**
 * Traefik compares prefixes letter by letter unless its strictPrefixMatching is on: `/api` would take `/apis` too. Said as
 * the path itself and what is below its slash, it means the same either way.
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
function certificates(options: GatewayOptions): V1IngressTLS[] {
  const hosts = hostsOf(options);
  if (hosts.length === 0) return options.tlsSecret ? [{ secretName: options.tlsSecret }] : [];
  const bySecret = new Map<string, string[]>();
  for (const [name, { tlsSecret = options.tlsSecret }] of hosts) {
    if (tlsSecret) bySecret.set(tlsSecret, [...(bySecret.get(tlsSecret) ?? []), name]);
  }
  return [...bySecret].map(([secretName, names]) => ({ hosts: names, secretName }));
}
