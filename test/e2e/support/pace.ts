import { cpus } from 'node:os';
import type { Gateway } from './gateway';
import { Load, SITE } from './load';
import { sleep } from './until';

const SECONDS = 8;
/** The share of the processors that the load may use. Rollouts need the rest. */
const BUSIEST = 0.6;

/**
 * The share of the usual load that the machine can serve while pods are replaced: all of it, or half. With more, requests
 * wait for the processors until they fail.
 */
export async function paceOf(gateway: Gateway): Promise<number> {
  const reads = SITE.filter(({ body }) => !body);
  const before = times();
  const load = new Load(gateway, reads);
  await sleep(SECONDS * 1_000);
  const after = times();
  await load.stop();
  const [idle, all] = [after.idle - before.idle, after.all - before.all];
  return 1 - idle / all > BUSIEST ? 0.5 : 1;
}

function times(): { readonly idle: number; readonly all: number } {
  let [idle, all] = [0, 0];
  for (const { times: one } of cpus()) {
    idle += one.idle;
    all += Object.values(one).reduce((sum, ms) => sum + ms, 0);
  }
  return { idle, all };
}
