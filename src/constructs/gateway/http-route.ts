import type { KubernetesObject } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { ParentGateway } from './options';
import type { ResolvedGateway } from './resolve';
import { routeFilters, type RouteFilter } from './extras';
import type { HostGroup } from './hosts';
import { addObject } from '../shared/object';

type Scope = Construct & { name: string; namespace: string | undefined };

/** The fields of an HTTPRoute that the manifests set. The Kubernetes client has no type for it. */
interface HttpRoute extends KubernetesObject {
  spec: {
    parentRefs: { name: string; namespace?: string; sectionName?: string }[];
    hostnames?: string[];
    rules: {
      matches: { path: { type: 'PathPrefix'; value: string } }[];
      filters?: RouteFilter[];
      backendRefs: { name: string; port: number; weight?: number }[];
    }[];
  };
}

/** The maximum number of hosts, and of rules, in one HTTPRoute. */
const MOST = 16;

/**
 * Adds the HTTPRoutes of a gateway: one for each group of hosts, and more if a group exceeds the limits of one
 * HTTPRoute.
 */
export function addHttpRoutes(
  scope: Scope,
  options: ResolvedGateway,
  { gateway, namespace, listener }: ParentGateway,
  hostGroups: readonly HostGroup[],
): void {
  const filters = routeFilters(scope, options);
  const parent = { name: gateway, ...(namespace && { namespace }), ...(listener && { sectionName: listener }) };
  const parts = hostGroups.flatMap(({ hosts, routes }) => {
    const rules = routes.map(
      ([
        value,
        {
          name,
          endpoint: { options: target },
        },
      ]) => {
        const port = target.routes!.address!.port;
        return {
          matches: [{ path: { type: 'PathPrefix' as const, value } }],
          ...(filters.length > 0 && { filters }),
          backendRefs: target.backends?.map(({ service, weight }) => ({ name: service, port, weight })) ?? [
            { name, port },
          ],
        };
      },
    );
    return chunks(hosts).flatMap((hostnames) =>
      chunks(rules).map((some) => ({ ...(hostnames.length > 0 && { hostnames }), rules: some })),
    );
  });
  for (const [i, part] of parts.entries()) {
    const more = i === 0 ? '' : `-${i + 1}`;
    addObject<HttpRoute>(scope, `http-route${more}`, {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: `${scope.name}${more}` },
      spec: { parentRefs: [parent], ...part },
    });
  }
}

/** Splits a list into chunks of at most `MOST` items. An empty list gives one empty chunk. */
function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.max(1, Math.ceil(items.length / MOST)) }, (_, i) =>
    items.slice(i * MOST, (i + 1) * MOST),
  );
}
