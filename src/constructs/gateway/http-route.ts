import type { KubernetesObject } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { addObject } from '../shared/object';
import { secureHosts } from './certificates';
import { routeFilters, type RouteFilter } from './extras';
import type { HostGroup } from './hosts';
import { HTTP, httpsListener } from './own-gateway';
import type { ResolvedGateway, RouteForm } from './resolve';

type Scope = Construct & { name: string; namespace: string | undefined };

/** The fields of an HTTPRoute that the manifests set. The Kubernetes client has no type for it. */
interface HttpRoute extends KubernetesObject {
  spec: {
    parentRefs: ParentRef[];
    hostnames?: string[];
    rules: {
      matches?: { path: { type: 'PathPrefix'; value: string } }[];
      filters?: RouteFilter[];
      backendRefs?: { name: string; port: number; weight?: number }[];
      timeouts?: { request: string };
    }[];
  };
}

interface ParentRef {
  name: string;
  namespace?: string;
  sectionName?: string;
}

/** The maximum number of hosts, and of rules, in one HTTPRoute. */
const MOST = 16;

/**
 * Adds the HTTPRoutes of a gateway: one for each group of hosts, and more if a group exceeds the limits of one
 * HTTPRoute. Hosts with a certificate have routes of their own, and one that redirects plain HTTP.
 */
export function addHttpRoutes(
  scope: Scope,
  options: ResolvedGateway,
  form: RouteForm,
  hostGroups: readonly HostGroup[],
): void {
  const filters = routeFilters(scope, options, form);
  const secure = form.listen ? secureHosts(scope.name, options).map(({ host }) => host) : [];
  const parts = hostGroups.flatMap(({ hosts, routes }) => {
    const rules = routes.map(([value, { name, endpoint }]) => {
      const target = endpoint.options;
      const port = target.routes!.address!.port;
      return {
        matches: matching(value),
        ...(filters.length > 0 && { filters }),
        backendRefs: target.backends?.map(({ service, weight }) => ({ name: service, port, weight })) ?? [
          { name, port },
        ],
        ...(options.timeout !== undefined && { timeouts: { request: `${options.timeout}s` } }),
      };
    });
    return bySecurity(hosts, secure)
      .flatMap(chunks)
      .flatMap((hostnames) =>
        chunks(rules).map((some) => ({
          parentRefs: parentsOf(form, hostnames, secure),
          ...(hostnames.length > 0 && { hostnames }),
          rules: some,
        })),
      );
  });
  for (const [i, spec] of parts.entries()) addRoute(scope, i === 0 ? '' : `-${i + 1}`, spec);
  if (form.listen?.redirect) addRedirects(scope, form, form.listen.https, secure);
}

/** Sends the requests of hosts with a certificate from plain HTTP to HTTPS. */
function addRedirects(
  scope: Scope,
  { parent, implementation }: RouteForm,
  https: number,
  secure: readonly (string | undefined)[],
): void {
  if (secure.length === 0) return;
  // The port of an entry point of Traefik is not the port outside the cluster.
  const port = https !== 443 && implementation?.id !== 'traefik' && { port: https };
  const filter: RouteFilter = {
    type: 'RequestRedirect',
    requestRedirect: { scheme: 'https', ...port, statusCode: 301 },
  };
  const hosts = secure.filter((host) => host !== undefined);
  for (const [i, hostnames] of chunks(hosts).entries())
    addRoute(scope, `-redirect${i === 0 ? '' : `-${i + 1}`}`, {
      parentRefs: [{ name: parent.gateway, sectionName: HTTP }],
      ...(hostnames.length > 0 && { hostnames }),
      rules: [{ matches: matching('/'), filters: [filter] }],
    });
}

function addRoute(scope: Scope, more: string, spec: HttpRoute['spec']): void {
  addObject<HttpRoute>(scope, `http-route${more}`, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: `${scope.name}${more}` },
    spec,
  });
}

function matching(prefix: string): HttpRoute['spec']['rules'][number]['matches'] {
  return [{ path: { type: 'PathPrefix', value: prefix } }];
}

/** The hosts with a certificate, and those without one. */
function bySecurity(hosts: readonly string[], secure: readonly (string | undefined)[]): (readonly string[])[] {
  if (hosts.length === 0) return [hosts];
  const has = (host: string) => secure.includes(host);
  return [hosts.filter(has), hosts.filter((host) => !has(host))].filter(({ length }) => length > 0);
}

/** The Gateway, and its listeners for some hosts that all have a certificate, or all have none. */
function parentsOf(
  { parent: { gateway: name, namespace, listener }, listen }: RouteForm,
  hosts: readonly string[],
  secure: readonly (string | undefined)[],
): ParentRef[] {
  const parent = { name, ...(namespace && { namespace }) };
  if (!listen) return [{ ...parent, ...(listener && { sectionName: listener }) }];
  const theirs = secure.flatMap((host, i) => (host === undefined || hosts.includes(host) ? [httpsListener(i)] : []));
  const sections = [...theirs, ...(theirs.length === 0 || !listen.redirect ? [HTTP] : [])];
  return sections.map((sectionName) => ({ ...parent, sectionName }));
}

/** Splits a list into chunks of at most `MOST` items. An empty list gives one empty chunk. */
function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.max(1, Math.ceil(items.length / MOST)) }, (_, i) =>
    items.slice(i * MOST, (i + 1) * MOST),
  );
}
