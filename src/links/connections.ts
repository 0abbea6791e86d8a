import type { ConnectionLimits } from './address';
import type { Call, Endpoint } from './endpoint';

/**
 * The sizes of a pool, the preferred one first. A smaller one is used if all pools together need too many connections.
 * The steps are coarse, so that a few more replicas do not change the variables of all callers.
 */
const POOLS = [5, 4, 3] as const;
/** The smallest pool that is computed. */
export const LEAST_POOL = POOLS[2];

/** The connections that all callers of a database can open at the same time. */
export interface ConnectionBudget {
  /** The size of a pool that no option sets. */
  readonly pool: number;
  /** The sum of all pools and of the connections that are kept for others. */
  readonly needed: number;
}

/** The budget of a database. It is final when all calls are declared. */
export function connectionBudget(
  { calledBy }: Endpoint,
  { most, reserved, others }: ConnectionLimits,
): ConnectionBudget {
  // Each caller asks for the budget, so this is only one sum.
  let fixed = reserved + others;
  let pods = 0;
  for (const { from } of calledBy) {
    const { podCount, pool } = from.options;
    if (!podCount) continue;
    if (pool === undefined) pods += podCount.replicas + podCount.leaving;
    else fixed += (podCount.replicas + podCount.leaving) * pool;
  }
  const pool = POOLS.find((size) => fixed + pods * size <= most) ?? LEAST_POOL;
  return { pool, needed: fixed + pods * pool };
}

/** The sum of a budget, spelled out: `comments 2+2 replicas × 5 + … + 10 reserved = 110`. */
export function connectionSum(
  { calledBy }: Endpoint,
  { reserved, others }: ConnectionLimits,
  { pool, needed }: ConnectionBudget,
): string {
  const pools = calledBy.flatMap(({ from: { name, options } }) =>
    options.podCount
      ? [`${name} ${options.podCount.replicas}+${options.podCount.leaving} replicas × ${options.pool ?? pool}`]
      : [],
  );
  const terms = [...pools, ...(others > 0 ? [`${others} others`] : []), `${reserved} reserved`];
  return `${terms.join(' + ')} = ${needed}`;
}

/** The size of the pool of a call in each pod of the caller; undefined if the call has none. */
export function poolOf({ from, to }: Call): number | undefined {
  const { address } = to.options;
  const { podCount, pool } = from.options;
  if (!podCount || !address || address.protocol === 'event-log') return undefined;
  if (address.protocol !== 'database') return address.pool === undefined ? undefined : (pool ?? address.pool);
  return pool ?? connectionBudget(to, address.connections).pool;
}
