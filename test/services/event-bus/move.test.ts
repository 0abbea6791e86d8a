// Moves the log of running buses between PostgreSQL and NATS with the command, which is killed on the way.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { useDatabase, openDatabase } from '../support/database.ts';
import type { TestBus } from '../support/bus.ts';
import { get, post } from '../support/http.ts';
import { spawnProcess, startProcess } from '../support/process.ts';
import type { ServiceProcess } from '../support/process.ts';
import { until } from '../support/service.ts';
import { useJetStream } from './jetstream-support.ts';
import { counted, publish, taken, useSubscribers } from './support.ts';

const MAIN = 'services/event-bus/main.ts';
const SUBJECTS = Array.from({ length: 12 }, (_, n) => `post-${n}`);
/** Long pauses, so that an event that fails is still pending when the log moves. */
const TUNING = {
  RETRY_BASE_MS: '200',
  RETRY_MAX_MS: '1000',
  MAX_ATTEMPTS: '100',
  POLL_MS: '50',
  // Also on a busy machine, no lease ends and no delivery takes too long. So no event is delivered twice.
  LEASE_MS: '30000',
  DELIVERY_TIMEOUT_MS: '20000',
};

const database = useDatabase();
const { servers } = useJetStream();
const { subscriber } = useSubscribers();

let stopWriter: () => void = () => undefined;
afterEach(() => stopWriter());

type Counted = ReturnType<typeof counted>;

/** Publishes to any of the buses until it is stopped, the events of each subject one after the other. */
class Writer {
  /** The events that were answered with 202, by subject. */
  readonly accepted = new Map<string, string[]>();
  readonly #running: Promise<unknown>;
  #buses: readonly { readonly url: string }[];
  #stopped = false;

  constructor(buses: readonly { readonly url: string }[]) {
    this.#buses = buses;
    stopWriter = () => (this.#stopped = true);
    this.#running = Promise.all(SUBJECTS.map((subject) => this.#write(subject)));
  }

  use(...buses: readonly { readonly url: string }[]): void {
    this.#buses = buses;
  }

  all(): readonly string[] {
    return [...this.accepted.values()].flat();
  }

  async stop(): Promise<void> {
    stopWriter();
    await this.#running;
  }

  async #write(subject: string): Promise<void> {
    const accepted: string[] = [];
    this.accepted.set(subject, accepted);
    for (let n = 0; !this.#stopped; n++) {
      const event = counted(subject);
      for (let tries = n; !(await this.#send(event, tries)); tries++) {
        if (this.#stopped) return;
        await sleep(50);
      }
      accepted.push(event.id);
      await sleep(150);
    }
  }

  async #send(event: Counted, tries: number): Promise<boolean> {
    const answer = await publish(this.#buses[tries % this.#buses.length]!, event).catch(() => undefined);
    return answer?.status === 202;
  }
}

async function getsAll(one: TestBus, ids: readonly string[]): Promise<void> {
  await until(() => {
    const got = new Set(taken(one));
    return ids.every((id) => got.has(id));
  }, `the subscriber gets ${ids.length} events`);
}

const printed = ({ logs }: Pick<ServiceProcess, 'logs'>) => logs.map(({ msg }) => String(msg));

/** Runs the command until it succeeds. Kills it first when it has printed each of these lines. Returns its last line. */
async function move(env: Record<string, string>, to: string, killAt: readonly string[]): Promise<string> {
  const done = (lines: readonly string[]) => lines.find((line) => line.includes('after a pause of'));
  for (const at of killAt) {
    const killed = spawnProcess(MAIN, env, ['move', to]);
    await until(() => printed(killed).some((line) => line.startsWith(at)), `the command prints: ${at}`);
    killed.child.kill('SIGKILL');
    await killed.ended;
    // On a fast machine, it was faster than the signal.
    const line = done(printed(killed));
    if (line) return line;
  }
  const last = spawnProcess(MAIN, env, ['move', to]);
  expect([await last.ended, printed(last)]).toEqual([
    0,
    expect.arrayContaining([expect.stringContaining('the log is')]),
  ]);
  return done(printed(last))!;
}

test('events that are pending, refused or not delivered yet survive a move there and back, although commands are killed', async () => {
  const [good, sick, picky] = [await subscriber(), await subscriber(), await subscriber()];
  const urls = { SUBSCRIBERS: 'good,sick,picky', GOOD_URL: good.url, SICK_URL: sick.url, PICKY_URL: picky.url };
  const inPostgres = { ...TUNING, ...urls, DATABASE_URL: database.url() };
  const both = { ...inPostgres, EVENT_LOG_SERVERS: servers()[0]!.address };
  const first = await startProcess(MAIN, inPostgres);
  const [refused, stuck] = [counted('special'), counted('special')];
  const held = new Set([refused.id]);
  let isSick = true;
  sick.answer = () => (isSick ? 503 : 202);
  picky.answer = ({ id }) => (!held.has(id) ? 202 : id === refused.id ? 400 : 503);
  const writer = new Writer([first]);
  for (const each of [refused, stuck]) expect((await publish(first, each)).status).toBe(202);
  held.add(stuck.id);
  const after = counted('special');
  // `after` waits for `stuck`, because both have one subject.
  const ids = [refused.id, stuck.id, after.id];
  const status = async ({ url }: { url: string }, name: string) =>
    (await get(`${url}/status`)).body.subscribers.find((one: { name: string }) => one.name === name);
  expect((await publish(first, after)).status).toBe(202);
  await until(async () => (await status(first, 'picky')).deadLetters === 1, 'one event is a dead letter');

  // The rollout with both logs: nothing moves yet.
  const buses = [await startProcess(MAIN, both), await startProcess(MAIN, both)] as const;
  writer.use(first, ...buses);
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  writer.use(...buses);
  await sleep(1_000);
  const before = await status(buses[0], 'sick');
  expect([before.delivered, before.heldPartitions > 0]).toEqual([0, true]);

  await move(both, 'jetstream', ['copying', 'PostgreSQL accepts no more events']);
  const atMove = writer.all().length;
  await until(() => writer.all().length > atMove + 2 * SUBJECTS.length, 'the buses accept events in JetStream');
  await getsAll(good, writer.all());
  expect(await status(buses[1], 'picky')).toMatchObject({ deadLetters: 1 });
  expect((await status(buses[1], 'sick')).lag).toBeGreaterThan(before.lag);
  expect(sick.accepted).toEqual([]);
  // The sick subscriber gets everything from the start, the other one what it has refused.
  isSick = false;
  held.clear();
  expect((await post(`${buses[0].url}/subscribers/picky/redrive`, {})).body).toEqual({ redriving: 1 });
  await until(() => taken(picky).includes(refused.id) && taken(picky).includes(after.id), 'nothing waits');
  await getsAll(sick, writer.all());

  // Back, again with pending events.
  isSick = true;
  await sleep(500);
  expect(await move(both, 'postgres', ['JetStream accepts no more events'])).toMatch(/^the log is in PostgreSQL/);
  isSick = false;
  await until(async () => (await get(`${buses[0].url}/status`)).status === 200);
  // The setting is removed.
  const last = await startProcess(MAIN, inPostgres);
  writer.use(last);
  for (const bus of buses) bus.child.kill('SIGTERM');
  for (const bus of buses) expect(await bus.ended).toBe(0);
  await sleep(500);
  await writer.stop();
  for (const name of ['good', 'sick', 'picky'])
    await until(async () => (await status(last, name)).lag === 0, `${name} has every event`);

  writer.accepted.set('special', ids);
  const all = writer.all();
  expect(all.length).toBeGreaterThan(100);
  const inspect = await openDatabase(database.url(), 'event_bus');
  const { rows } = await inspect.query<{ id: string }>('SELECT id FROM event ORDER BY partition, "offset"');
  await inspect.close();
  expect(rows.map(({ id }) => id).toSorted()).toEqual(all.toSorted());
  for (const one of [good, sick, picky]) {
    const seen = taken(one);
    expect(seen.toSorted()).toEqual(all.toSorted());
    const places = new Map(seen.map((id, place) => [id, place]));
    for (const [subject, published] of writer.accepted) {
      // An event that was a dead letter is delivered later than the next ones of its subject.
      const inOrder = published.filter((id) => id !== refused.id || one !== picky).map((id) => places.get(id)!);
      expect([subject, inOrder]).toEqual([subject, inOrder.toSorted((a, b) => a - b)]);
    }
  }
  // No delivery failed, so none is repeated.
  expect(good.accepted.length).toBe(all.length);
  last.child.kill('SIGTERM');
  expect(await last.ended).toBe(0);
}, 240_000);

test('without the move, the pending events stay in PostgreSQL: a bus with JetStream alone never delivers them', async () => {
  const one = await subscriber();
  one.answer = () => 503;
  const env = { ...TUNING, SUBSCRIBERS: 'one', ONE_URL: one.url };
  const inPostgres = { ...env, DATABASE_URL: database.url() };
  const old = await startProcess(MAIN, inPostgres);
  const [pending, fresh] = [counted('a'), counted('a')];
  expect((await publish(old, pending)).status).toBe(202);
  await until(() => one.received.some(({ event }) => event.id === pending.id));
  old.child.kill('SIGTERM');
  await old.ended;
  one.answer = () => 202;
  const inJetStream = { EVENT_LOG_SERVERS: servers()[0]!.address, EVENT_LOG_PREFIX: 'WITHOUT' };
  const bus = await startProcess(MAIN, { ...env, ...inJetStream });
  expect((await publish(bus, fresh)).status).toBe(202);
  await until(() => taken(one).includes(fresh.id));
  await sleep(1_000);
  expect(taken(one)).not.toContain(pending.id);
  bus.child.kill('SIGTERM');
  await bus.ended;
  // With both logs, it is delivered.
  const both = await startProcess(MAIN, { ...inPostgres, ...inJetStream, EVENT_LOG_PREFIX: 'WITH' });
  await move({ ...inPostgres, ...inJetStream, EVENT_LOG_PREFIX: 'WITH' }, 'jetstream', []);
  await until(() => taken(one).includes(pending.id));
  both.child.kill('SIGTERM');
  await both.ended;
}, 90_000);

test('the page about the event log names the commands and their output', () => {
  const page = readFileSync(join(__dirname, '../../../docs/event-log.md'), 'utf8');
  for (const to of ['jetstream', 'postgres']) expect(page).toContain(`node event-bus/main.ts move ${to}`);
  const lines = [...page.matchAll(/^(?:copying|\d+ of|\d+ events,|PostgreSQL accepts|the log is in) .*$/gm)].map(
    ([line]) => line,
  );
  expect(lines.length).toBe(5);
  for (const line of lines)
    expect(line).toMatch(
      /^(copying events to JetStream|\d+ of \d+ events are in JetStream|PostgreSQL accepts no more events: publishers wait|\d+ events, \d+ subscribers with \d+ pending entries and \d+ dead letters|the log is in JetStream, after a pause of \d+ s)$/,
    );
});
