import { connectionLimits } from '../../../constructs/database/capacity';
import { resolveDatabase } from '../../../constructs/database/resolve';
import type { DatabaseOptions } from '../../../constructs/database/options';
import { byteQuantity } from '../../../constructs/shared/plus';
import { LEAST_POOL } from '../../../links/connections';
import { POOL } from '../../../links/variables';
import { nodeAt } from '../../load/node';
import { requestedReplicas } from '../../load/service';
import type { ImportContext } from '../context';
import type { DatabaseRole, Member } from '../member';

type Given = Pick<DatabaseOptions, 'settings' | 'resources'>;

/**
 * The options without a number of connections and a memory limit that are too small for the callers. Docker has no
 * rollout: in a cluster, the old and the new pods of each caller have connections at the same time.
 */
export function largeEnough(
  { report, members }: ImportContext,
  { id, node, role }: Member & { readonly role: DatabaseRole },
  { settings, resources }: Given,
): Given {
  const callers = [...members.values()].filter(({ calls }) => [...calls].some((called) => called.id === id));
  const pools = callers.reduce((sum, caller) => sum + 2 * requestedReplicas(caller.node) * poolOf(caller), 0);
  const fits = (given: Given) => {
    const { most, reserved } = connectionLimits(resolveDatabase(id, { engine: role.engine, ...given }));
    return pools + reserved <= most;
  };
  const given: { settings?: Given['settings']; resources?: Given['resources'] } = { settings, resources };
  if (!fits({ settings })) {
    const { max_connections: connections, ...others } = settings ?? {};
    given.settings = others;
    const why = `max_connections follows from the pools of the callers: ${connections} are not enough for a rollout.`;
    report.approximated(nodeAt(node, 'command'), why);
  }
  if (!fits(given)) {
    const { memoryLimit, ...others } = resources ?? {};
    given.resources = others;
    const why = `The memory limit follows from the connections of the callers. ${memoryLimit && byteQuantity(memoryLimit)} is not enough.`;
    for (const limit of [nodeAt(node, 'deploy', 'resources', 'limits', 'memory'), nodeAt(node, 'mem_limit')])
      report.approximated(limit, why);
  }
  return given;
}

/** The pool that a service asks for in its settings, or the smallest one. */
function poolOf({ env }: Member): number {
  const asked = [...env].filter(([name]) => name.endsWith(`_${POOL}`)).map(([, { value }]) => Number(value));
  return Math.max(LEAST_POOL, ...asked.filter((size) => Number.isInteger(size)));
}
