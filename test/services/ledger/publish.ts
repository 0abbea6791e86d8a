// The publisher. Like an outbox, it publishes the events of a subject one after the other, and repeats each until it
// gets 202.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../../services/common/client.ts';
import { CONTENT_TYPE } from '../../../services/common/events.ts';
import type { Random } from '../support/random.ts';

export interface Published {
  readonly id: string;
  readonly subject: string;
  readonly number: number;
  /** The subscriber that fails for the event, or `all` if every subscriber refuses it. */
  readonly poison?: string;
}

export interface Plan {
  readonly events: number;
  readonly subjects: number;
  /** The subscriber that fails for the poisoned events. */
  readonly poisonFor: string;
  readonly poisoned: number;
  /** The number of events that every subscriber refuses. */
  readonly wrong: number;
}

/** Creates all events in advance, one list per subject. */
export function draw(plan: Plan, random: Random): Published[][] {
  const lists = Array.from({ length: plan.subjects }, (): Published[] => []);
  const special = new Map<number, string>();
  while (special.size < plan.poisoned) special.set(random.below(plan.events), plan.poisonFor);
  while (special.size < plan.poisoned + plan.wrong) {
    const number = random.below(plan.events);
    if (!special.has(number)) special.set(number, 'all');
  }
  for (let number = 0; number < plan.events; number++) {
    const poison = special.get(number);
    const subject = random.below(plan.subjects);
    lists[subject]!.push({ id: randomUUID(), subject: `post-${subject}`, number, ...(poison && { poison }) });
  }
  return lists;
}

export interface PublishCounts {
  accepted: number;
  refusedOrLost: number;
  sentTwice: number;
}

export async function publishAll(
  lists: readonly Published[][],
  buses: readonly string[],
  random: Random,
  counts: PublishCounts,
): Promise<void> {
  const client = new Client({ timeoutMs: 3_000 });
  const send = async (body: string): Promise<void> => {
    for (;;) {
      const answer = await client
        .post(`${random.pick(buses)}/events`, body, { 'content-type': CONTENT_TYPE })
        .catch(() => undefined);
      if (answer?.status === 202) return;
      if (answer && answer.status !== 503) throw new Error(`the bus answered ${answer.status}: ${answer.body}`);
      counts.refusedOrLost++;
      await sleep(20 + random.below(80));
    }
  };
  const subject = async (list: readonly Published[]) => {
    for (const { id, subject: name, number, poison } of list) {
      const data = { number: poison === 'all' ? `${number}` : number, ...(poison && { poison }) };
      const body = JSON.stringify({
        specversion: '1.0',
        id,
        source: '/ledger',
        type: 'Counted',
        subject: name,
        time: new Date().toISOString(),
        data,
      });
      const again = random.below(20) === 0;
      if (again) counts.sentTwice++;
      await Promise.all(again ? [send(body), send(body)] : [send(body)]);
      counts.accepted++;
    }
  };
  await Promise.all(lists.map(subject));
  client.close();
}
