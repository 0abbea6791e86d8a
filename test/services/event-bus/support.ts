// A bus within the process of the test, and subscribers with configurable answers.
import { build } from '../../../services/event-bus/app.ts';
import { schemaFor, urlVariable } from '../../../services/event-bus/config.ts';
import { startBus } from '../support/bus.ts';
import type { TestBus } from '../support/bus.ts';
import { useDatabase } from '../support/database.ts';
import { event, get, post } from '../support/http.ts';
import type { Reply } from '../support/http.ts';
import { startService } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';

/** Short pauses, so that tests are fast. The timeout is long, so that a slow machine causes no second delivery. */
export const quick = { RETRY_BASE_MS: '5', RETRY_MAX_MS: '100', POLL_MS: '20', DELIVERY_TIMEOUT_MS: '5000' };

export interface Bus extends RunningService {
  status(name?: string): Promise<Reply['body']>;
  deadLetters(): Promise<Reply['body'][]>;
}

/** For a `describe` block: a function that starts subscribers, which are stopped after each test. */
export function useSubscribers() {
  const started: { stop: () => Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of started.splice(0).toReversed()) await one.stop();
  });

  async function subscriber(port = 0): Promise<TestBus> {
    const begun = await startBus(port);
    started.push(begun);
    return begun;
  }

  return { subscriber, started };
}

/**
 * For a `describe` block: a database, and functions that start buses and subscribers, which are stopped after each
 * test.
 */
export function useBus() {
  const database = useDatabase();
  const { subscriber, started } = useSubscribers();

  async function bus(subscribers: Record<string, { url: string }>, env: Record<string, string> = {}): Promise<Bus> {
    const names = Object.keys(subscribers);
    const urls = Object.fromEntries(names.map((name) => [urlVariable(name), subscribers[name]!.url]));
    const all = { DATABASE_URL: database.url(), SUBSCRIBERS: names.join(','), ...urls, ...quick, ...env };
    const service = await startService('event-bus', schemaFor(all), build, all);
    let stopped: Promise<void> | undefined;
    const made: Bus = {
      ...service,
      stop: () => (stopped ??= service.stop()),
      async status(name) {
        const { body } = await get(`${service.url}/status`);
        return name ? body.subscribers.find((s: { name: string }) => s.name === name) : body;
      },
      deadLetters: async () => (await get(`${service.url}/dead-letters`)).body.deadLetters,
    };
    started.push(made);
    return made;
  }

  return { subscriber, bus, database };
}

let made = 0;

export function counted(subject: string, data: Record<string, unknown> = {}) {
  return event('Counted', subject, { number: made++, ...data });
}

export function publish({ url }: { url: string }, what: object): Promise<Reply> {
  return post(`${url}/events`, what, { 'content-type': 'application/cloudevents+json' });
}

/** The ids of the events that a subscriber accepted, in order, without duplicates. */
export function taken(subscriber: TestBus): string[] {
  return [...new Set(subscriber.accepted.map((received) => received.event.id))];
}
