import { cpus } from 'node:os';
import type { Gateway } from './gateway';
import { Load, SITE } from './load';
import { sleep } from './until';

const SECONDS = 8;
/**
 * The share of the processors that reads may use. Writes and rollouts need the rest: on a machine on which reads used
 * 56 %, 3 of 6,352 requests waited for the processors until they failed.
 */
const BUSIEST = 0.5;

/** The smallest share of the usual load. With less, the negative controls would have too few requests to fail. */
const SLOWEST = 0.25;

/** Half of a share of the load, after a step failed on a busy machine. */
export const slower = (pace: number): number => Math.max(SLOWEST, pace / 2);

/**
 * The share of the usual load that the machine can serve while pods are replaced: all of it, or half. With more, requests
 * wait for the processors until they fail.
 */
export async function paceOf(gateway: Gateway, say: (line: string) => void): Promise<number> {
  const reads = SITE.filter(({ body }) => !body);
  const before = times();
  const load = new Load(gateway, reads);
  await sleep(SECONDS * 1_000);
  const after = times();
  await load.stop();
  const [idle, all] = [after.idle - before.idle, after.all - before.all];
  const busy = 1 - idle / all;
  const pace = busy > BUSIEST ? 0.5 : 1;
  say(`reads at the usual rate use ${Math.round(busy * 100)} % of the processors: the load is ${pace * 100} %`);
  return pace;
}

function times(): { readonly idle: number; readonly all: number } {
  let [idle, all] = [0, 0];
  for (const { times: one } of cpus()) {
    idle += one.idle;
    all += Object.values(one).reduce((sum, ms) => sum + ms, 0);
  }
  return { idle, all };
}
