import type { ConnectionLimits } from './address';
import type { Call, Endpoint, PodCount } from './endpoint';

/**
 * The sizes of a pool, the preferred one first. A smaller one is used if all pools together need too many connections.
 * The steps are coarse, so that a few more replicas do not change the variables of all callers.
 */
const POOLS = [5, 4, 3] as const;
/** The smallest pool that is computed. */
export const LEAST_POOL = POOLS[2];

/** The connections of one call: a pool in each pod of the caller. */
interface Share {
  readonly name: string;
  readonly pods: PodCount;
  readonly pool: number;
}

/** The connections that all callers of a database can open at the same time. */
export interface ConnectionBudget {
  /** The size of a pool that no option sets. */
  readonly pool: number;
  /** The sum of all pools and of the connections that are kept for others. */
  readonly needed: number;
  /** The sum, spelled out: `comments 2+2 replicas × 5 + … + 10 reserved = 110`. */
  readonly sum: string;
}

/** The budget of a database. It is final when all calls are declared. */
export function connectionBudget({ calledBy }: Endpoint, limits: ConnectionLimits): ConnectionBudget {
  const budgets = POOLS.map((pool) => budgetWith(pool, calledBy, limits));
  return budgets.find(({ needed }) => needed <= limits.most) ?? budgets.at(-1)!;
}

/** The size of the pool of a call in each pod of the caller; undefined if the call has none. */
export function poolOf({ from, to }: Call): number | undefined {
  const { address } = to.options;
  const { podCount, pool } = from.options;
  if (!podCount || !address) return undefined;
  if (address.protocol !== 'database') return address.pool === undefined ? undefined : (pool ?? address.pool);
  return pool ?? connectionBudget(to, address.connections).pool;
}

function budgetWith(pool: number, calls: readonly Call[], { reserved, others }: ConnectionLimits): ConnectionBudget {
  const shares = calls.flatMap(({ from: { name, options } }): Share[] =>
    options.podCount ? [{ name, pods: options.podCount, pool: options.pool ?? pool }] : [],
  );
  const needed = shares.reduce((sum, { pods, pool: size }) => sum + (pods.replicas + pods.leaving) * size, 0);
  const terms = [
    ...shares.map(({ name, pods, pool: size }) => `${name} ${pods.replicas}+${pods.leaving} replicas × ${size}`),
    ...(others > 0 ? [`${others} others`] : []),
    `${reserved} reserved`,
  ];
  const total = needed + others + reserved;
  return { pool, needed: total, sum: `${terms.join(' + ')} = ${total}` };
}
