// Publishes events, and waits until every subscriber has them.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../ledger/program.ts';

export interface Load {
  readonly events: number;
  /** The number of publishers. Each waits for the answer to its event before it sends the next one. */
  readonly publishers: number;
  /** Events per second of all publishers together. @default as many as possible */
  readonly rate?: number;
}

/** All times in milliseconds. */
export interface Times {
  /** From the first publish to the last answer of the bus. */
  readonly published: number;
  /** From the first publish until the last subscriber has the last event. */
  readonly delivered: number;
  /** From a publish to the answer of the bus, in ascending order. */
  readonly answers: readonly number[];
  /** From a publish until the last subscriber has the event, in ascending order. */
  readonly deliveries: readonly number[];
  /** How often a publisher repeated an event because the bus had answered that it cannot store it now. */
  readonly repeats: number;
}

const SUBJECTS = 200;
const DELIVERED_WITHIN_MS = 120_000;
const PUBLISHED_WITHIN_MS = 30_000;
const PAUSE_MS = 50;

const now = () => performance.timeOrigin + performance.now();
const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b);

export async function run(
  buses: readonly Program[],
  subscribers: readonly Program[],
  { events, publishers, rate }: Load,
): Promise<Times> {
  for (const { url } of subscribers) await fetch(`${url}/commits`, { method: 'DELETE' });
  const agent = new http.Agent({ keepAlive: true, maxSockets: publishers });
  const began = new Map<string, number>();
  const answers: number[] = [];
  const start = now();
  let next = 0;
  let repeats = 0;
  await Promise.all(
    Array.from({ length: publishers }, async () => {
      for (let number = next++; number < events; number = next++) {
        if (rate !== undefined) await sleep(Math.max(0, start + (number * 1_000) / rate - now()));
        const id = randomUUID();
        const at = now();
        began.set(id, at);
        const body = eventText(id, number);
        while (!(await isStored(agent, buses[number % buses.length]!.url, body))) {
          repeats++;
          if (now() > at + PUBLISHED_WITHIN_MS) throw new Error('the bus does not store events');
          await sleep(PAUSE_MS);
        }
        answers.push(now() - at);
      }
    }),
  );
  const published = now() - start;
  agent.destroy();
  const arrived = await arrivals(subscribers, events);
  return {
    published,
    delivered: Math.max(...arrived.values()) - Math.min(...began.values()),
    answers: ascending(answers),
    deliveries: ascending([...began].map(([id, at]) => arrived.get(id)! - at)),
    repeats,
  };
}

/** When the last subscriber had each event. */
async function arrivals(subscribers: readonly Program[], events: number): Promise<ReadonlyMap<string, number>> {
  for (const end = Date.now() + DELIVERED_WITHIN_MS; ; await sleep(PAUSE_MS)) {
    const counts = await Promise.all(
      subscribers.map(async ({ url }) => ((await (await fetch(`${url}/count`)).json()) as { commits: number }).commits),
    );
    if (counts.every((count) => count >= events)) break;
    if (Date.now() > end) throw new Error(`only ${counts.join(', ')} of ${events} events were delivered in time`);
  }
  const last = new Map<string, number>();
  for (const { url } of subscribers) {
    const commits = (await (await fetch(`${url}/commits`)).json()) as Record<string, number>;
    for (const [id, at] of Object.entries(commits)) last.set(id, Math.max(last.get(id) ?? 0, at));
  }
  return last;
}

export const subjectOf = (number: number): string => `post-${number % SUBJECTS}`;

/** An event as a publisher sends it. */
export const eventText = (id: string, number: number): string =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: '/bench',
    type: 'Counted',
    subject: subjectOf(number),
    time: new Date().toISOString(),
    data: { number, text: 'x'.repeat(200) },
  });

/** False if the bus cannot store the event now. */
function isStored(agent: http.Agent, url: string, body: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/events`, {
      agent,
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', 'content-length': Buffer.byteLength(body) },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 202 || response.statusCode === 503) resolve(response.statusCode === 202);
        else reject(new Error(`publish: ${response.statusCode}`));
      });
    });
    request.end(body);
  });
}
