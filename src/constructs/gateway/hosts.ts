import type { GatewayHost, GatewayOptions } from './options';
import type { Microservice } from '../microservice/microservice';

/** Hosts that have the same routes. */
export interface HostGroup {
  /** The host names. An empty list means every host name. */
  readonly hosts: readonly string[];
  readonly routes: readonly (readonly [path: string, target: Microservice])[];
  /** The option that contains the routes. */
  readonly field: string;
}

/** The hosts of a gateway, each with its own options. */
export function hostsOf({ host, hosts }: Pick<GatewayOptions, 'host' | 'hosts'>): [name: string, own: GatewayHost][] {
  if (Array.isArray(hosts)) return (hosts as string[]).map((name) => [name, {}]);
  return hosts
    ? Object.entries(hosts as Readonly<Record<string, GatewayHost>>)
    : host === undefined
      ? []
      : [[host, {}]];
}

/**
 * The options with all overrides. An environment can override the hosts; a host with its own routes then keeps those of
 * the chart.
 */
export function withOwnRoutes(options: GatewayOptions, chart: GatewayOptions): GatewayOptions {
  const routes = new Map(hostsOf(chart).flatMap(([name, own]) => (own.routes ? [[name, own.routes]] : [])));
  if (routes.size === 0 || options === chart) return options;
  const { host: _, ...rest } = options;
  const hosts = hostsOf(options).map(
    ([name, own]) => [name, { ...(routes.has(name) && { routes: routes.get(name) }), ...own }] as const,
  );
  return { ...rest, hosts: Object.fromEntries(hosts) };
}

/** The hosts of a gateway in groups: one group for the hosts without their own routes, and one for each other host. */
export function hostGroupsOf(options: GatewayOptions): HostGroup[] {
  const hosts = hostsOf(options);
  const own = hosts.filter(([, { routes }]) => routes);
  const common = hosts.filter(([, { routes }]) => !routes).map(([name]) => name);
  return [
    ...(own.length < hosts.length || hosts.length === 0
      ? [{ hosts: common, routes: Object.entries(options.routes ?? {}), field: 'routes' }]
      : []),
    ...own.map(([name, { routes }]) => ({
      hosts: [name],
      routes: Object.entries(routes!),
      field: `hosts['${name}'].routes`,
    })),
  ];
}
