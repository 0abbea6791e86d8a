import { withDefaults, type Complete } from '../shared/defaults';
import { hostGroupsOf, type HostGroup } from './hosts';
import type { Cors, GatewayBase, GatewayOptions } from './options';

const CORS = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  headers: ['Authorization', 'Content-Type'],
  exposedHeaders: [],
  credentials: false,
  maxAge: 3600,
} satisfies Partial<Cors>;

/** The options of a gateway, all defaults included. The objects and most checks read only this. */
export type ResolvedGateway = Omit<GatewayBase, 'cors'> &
  Pick<GatewayOptions, 'host' | 'hosts'> & {
    readonly cors: ResolvedCors | undefined;
    /** The hosts, grouped by their routes. */
    readonly hostGroups: readonly HostGroup[];
  };

export type ResolvedCors = Complete<Cors, typeof CORS>;

/** The complete options. Wrong values stay as they are: the problems report them. */
export function resolveGateway(given: GatewayOptions): ResolvedGateway {
  const { cors, routes: _, ...rest } = given;
  return { ...rest, cors: cors && withDefaults(cors, CORS), hostGroups: hostGroupsOf(given) };
}
