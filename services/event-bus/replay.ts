// `node event-bus/main.ts replay NAME`: builds the read model of a subscriber again from the start of the log, while the
// old one answers. All progress is in the databases, so the command can be killed and repeated at any moment.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../common/client.ts';
import { createLog } from '../common/log.ts';
import { urlVariable } from './config.ts';
import type { BusConfig } from './config.ts';
import { deliverTo } from './deliver.ts';
import { retry } from './retry.ts';
import { openStorage } from './storage.ts';
import { tuningOf } from './tuning.ts';
import { SubscriberWorker } from './worker.ts';

interface Generations {
  readonly live: string;
  readonly next: string | null;
}

/** When fewer events are missing, the subscriber gets no events until the replay has caught up and switched. */
const NEAR = 200;
/** How long the subscriber gets no events for one attempt to switch. */
const PAUSE_MS = 5_000;

/** Returns the exit code: 0 if the new model answers, 1 if it was stopped, 2 if the subscriber cannot be replayed. */
export async function replay(config: BusConfig, name: string, say: (line: string) => void): Promise<number> {
  if (!config.SUBSCRIBERS.includes(name)) {
    say(`no such subscriber: ${name}; expected one of ${config.SUBSCRIBERS.join(', ')}`);
    return 2;
  }
  const url = (config as Record<string, unknown>)[urlVariable(name)] as string;
  const first = await ask('GET', `${url}/replay`);
  if (first === 'none') {
    say(`${name} cannot be replayed: its data or its effects do not come from events alone`);
    return 2;
  }
  const logger = createLog('replay', 'silent');
  // A few connections are enough, because they are in addition to those of the replica.
  const { storage, log, replayCursors } = openStorage({ ...config, DATABASE_POOL: 4 }, logger);
  await storage.started();
  const tuning = tuningOf(config);
  const client = new Client({ timeoutMs: tuning.timeoutMs, maxSockets: tuning.concurrency });
  let worker: SubscriberWorker | undefined;
  try {
    const resumes = (await replayCursors.progress(`${name}@${first.live}`)).cursors > 0;
    const generation = resumes ? first.live : ((await ask('POST', `${url}/replay`)) as Generations).next!;
    const cursors = `${name}@${generation}`;
    await replayCursors.forgetOthers(name, cursors);
    await log.subscribe([cursors]);
    const deliver = deliverTo(client, `${url}/replay/${generation}`);
    worker = new SubscriberWorker({ subscriber: cursors, log, deliver, tuning, logger });
    worker.start();
    const holder = randomUUID();
    for (let began = Date.now(); ; await sleep(500)) {
      const known = (await ask('GET', `${url}/replay`)) as Generations;
      const seen = await retry(() => replayCursors.progress(cursors));
      if (seen.cursors === 0 && known.live === generation) {
        say(`${name}: another command finished this replay`);
        return 0;
      }
      if (known.live !== generation && known.next !== generation) {
        say(`${name}: the new model was deleted; run the command again`);
        return 1;
      }
      const percent = seen.published === 0 ? 100 : Math.floor((seen.delivered / seen.published) * 100);
      say(`${name}: ${seen.delivered} of ${seen.published} events (${percent} %), ${seen.deadLetters} dead letters`);
      if (seen.published - seen.delivered > NEAR) continue;
      for (const end = Date.now() + PAUSE_MS; Date.now() < end; await sleep(20)) {
        const held = await retry(() => replayCursors.hold(name, holder, tuning.leaseMs));
        if (!held || !(await retry(() => replayCursors.hasCaughtUp(name, cursors)))) continue;
        await ask('POST', `${url}/replay/${generation}/switch`);
        if (!(await retry(() => replayCursors.finish(name, cursors, holder)))) break;
        say(`${name}: the new model answers, after ${Math.ceil((Date.now() - began) / 1_000)} s`);
        return 0;
      }
      await retry(() => replayCursors.letGo(name, holder));
    }
  } finally {
    await worker?.stop();
    client.close();
    await storage.close();
  }
}

/** Repeats a request until the subscriber answers. `none`: it has no such route. */
async function ask(method: 'GET' | 'POST', url: string): Promise<Generations | 'none'> {
  return retry(async () => {
    const answer = await fetch(url, { method, signal: AbortSignal.timeout(5_000), headers: { connection: 'close' } });
    if (answer.status === 404) return 'none';
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    return (await answer.json()) as Generations;
  });
}
