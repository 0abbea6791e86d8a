import type { GatewayHost, GatewayOptions } from './options';
import type { Microservice } from '../microservice/microservice';

/** Hosts that share a door: their paths, and the Secret of their certificate. */
export interface Door {
  /** Their names; none is every host. */
  readonly hosts: readonly string[];
  readonly routes: readonly (readonly [path: string, target: Microservice])[];
  /** The option that holds the routes. */
  readonly field: string;
}

/** What an option of hosts says of each. */
export function hostsOf({ host, hosts }: Pick<GatewayOptions, 'host' | 'hosts'>): [name: string, own: GatewayHost][] {
  if (Array.isArray(hosts)) return (hosts as string[]).map((name) => [name, {}]);
  return hosts
    ? Object.entries(hosts as Readonly<Record<string, GatewayHost>>)
    : host === undefined
      ? []
      : [[host, {}]];
}

/** The options after everything that overrides them: an environment may name a host, and the routes it has stay those of the chart. */
export function withOwnRoutes(options: GatewayOptions, chart: GatewayOptions): GatewayOptions {
  const routes = new Map(hostsOf(chart).flatMap(([name, own]) => (own.routes ? [[name, own.routes]] : [])));
  if (routes.size === 0 || options === chart) return options;
  const { host: _, ...rest } = options;
  const hosts = hostsOf(options).map(
    ([name, own]) => [name, { ...(routes.has(name) && { routes: routes.get(name) }), ...own }] as const,
  );
  return { ...rest, hosts: Object.fromEntries(hosts) };
}

/** The doors of a gateway: one for the hosts without routes of their own, and one for each other. */
export function doorsOf(options: GatewayOptions): Door[] {
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
