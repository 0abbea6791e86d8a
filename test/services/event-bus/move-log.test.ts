// Moves the log between a real PostgreSQL and a real NATS server, below the bus: what a move copies, and what it refuses.
import type { Database } from '../../../services/common/database.ts';
import { createLog } from '../../../services/common/log.ts';
import { readConfig } from '../../../services/common/config.ts';
import { schemaFor } from '../../../services/event-bus/config.ts';
import type { BusConfig } from '../../../services/event-bus/config.ts';
import type { Claim, Entry, Log, Publication, Settlement } from '../../../services/event-bus/log.ts';
import { move } from '../../../services/event-bus/move.ts';
import { placesOf } from '../../../services/event-bus/places.ts';
import { publicationOfEntry } from '../../../services/event-bus/publication.ts';
import { openStorage } from '../../../services/event-bus/storage.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { until } from '../support/service.ts';
import { lease, mebibyte, settled } from './conformance/fixture.ts';
import { useJetStream } from './jetstream-support.ts';

const silent = createLog('test', 'silent');
const database = useDatabase();
const { servers } = useJetStream();
const closing: { close(): Promise<void> }[] = [];
let inspect: Database;
let prefixes = 0;

beforeEach(async () => {
  inspect = await openDatabase(database.url(), 'event_bus');
  closing.push(inspect);
});
afterEach(async () => {
  await inspect.query('DROP SCHEMA event_bus CASCADE');
  for (const one of closing.splice(0)) await one.close();
});

/** An event as a publisher sends it. */
function publication(id: string, subject = 'post-1', more: Partial<Entry> = {}): Publication {
  return publicationOfEntry({ offset: 0, source: '/test', id, subject, body: JSON.stringify({ id }), ...more });
}

const configOf = (env: Record<string, string>): BusConfig =>
  readConfig(schemaFor({ SUBSCRIBERS: 'one' }), { SUBSCRIBERS: 'one', ONE_URL: 'http://127.0.0.1:1', ...env });

/** The settings of a bus in each state of a blog. Each test has its own streams, and its own schema. */
function settings() {
  const inPostgres = { DATABASE_URL: database.url() };
  const inJetStream = { EVENT_LOG_SERVERS: servers()[0]!.address, EVENT_LOG_PREFIX: `MOVE${++prefixes}` };
  return {
    before: configOf(inPostgres),
    both: configOf({ ...inPostgres, ...inJetStream }),
    onlyJetStream: configOf(inJetStream),
  };
}

/** Opens the log as a bus does, and waits until it can be used. */
async function opened(config: BusConfig): Promise<Log> {
  const { storage, log } = openStorage(config, silent);
  closing.push(storage);
  await storage.started();
  return log;
}

async function moved(config: BusConfig, to: string): Promise<{ code: number; lines: readonly string[] }> {
  const lines: string[] = [];
  const code = await move(config, to, (line) => lines.push(line));
  return { code, lines };
}

/** Everything that a move must keep, as both places tell it. */
async function contents(config: BusConfig, name: 'postgres' | 'jetstream') {
  const places = placesOf(config, silent);
  const place = places[name]!;
  const { movable } = place;
  place.connect();
  try {
    await until(async () =>
      movable.state().then(
        () => true,
        () => false,
      ),
    );
    const heads = await movable.heads();
    const entries = [];
    for (const [partition, head] of heads.entries())
      for (let at = 0; at < head;) {
        const some = await movable.entriesAfter(partition, at);
        entries.push(...some.map((entry) => ({ partition, ...entry, time: undefined })));
        at = some.at(-1)!.offset;
      }
    const { cursors, letters } = await movable.progress();
    return {
      heads,
      entries,
      cursors: cursors.toSorted((a, b) => a.subscriber.localeCompare(b.subscriber) || a.partition - b.partition),
      letters: letters.toSorted((a, b) => a.subject.localeCompare(b.subject)),
    };
  } finally {
    await Promise.all(Object.values(places).map(({ storage }) => storage.close()));
  }
}

/** Decides entries of a subscriber by their ids. */
async function decide(
  log: Log,
  subscriber: string,
  how: (claim: Claim, ids: Map<string, number>) => Partial<Settlement>,
) {
  for (let claim = await log.claim(subscriber, lease); claim; claim = await log.claim(subscriber, lease)) {
    const entries = await log.read(claim, 1_000, mebibyte);
    const ids = new Map(entries.map(({ id, offset }) => [id, offset]));
    await log.settle(claim, settled(claim, claim.head, how(claim, ids)), 'release');
  }
}

/** A log with every kind of progress: pending entries, a sick subscriber, and dead letters in all states. */
async function fill(log: Log): Promise<void> {
  await log.subscribe(['healthy', 'picky', 'sick', 'query@17']);
  const events = Array.from({ length: 600 }, (_, n) =>
    publication(`e${n}`, `post-${n % 40}`, {
      body: JSON.stringify({ id: `e${n}`, text: 'ünï\n' }),
      requestid: `r${n}`,
    }),
  );
  await log.append(events);
  await decide(log, 'healthy', () => ({ retries: 2 }));
  await decide(log, 'picky', (claim, ids) => {
    const of = (id: string) => ids.get(id);
    const pending = ['e1', 'e41'].flatMap((id) =>
      of(id) === undefined
        ? []
        : [
            {
              offset: of(id)!,
              subject: 'post-1',
              attempts: 2,
              tries: 3,
              witness: 4,
              faltered: 5,
              due: claim.now + 60_000.5,
            },
          ],
    );
    const deaths = ['e2', 'e3', 'e4'].flatMap((id) =>
      of(id) === undefined
        ? []
        : [
            {
              offset: of(id)!,
              subject: `post-${id.slice(1)}`,
              reason: 'refused' as const,
              error: `400 ${id}`,
              attempts: 1,
            },
          ],
    );
    return {
      deaths,
      faltered: pending.length,
      state: { ...claim.state, position: claim.head, pending },
      retryIn: pending.length > 0 ? 60_000 : undefined,
    };
  });
  // e3 is asked for and becomes pending. e4 is only asked for.
  const letters = await log.deadLetters({ subscriber: 'picky', limit: 10 });
  await log.redrive({ letter: letters.find(({ id }) => id === 'e3')!.letter });
  const claim = (await log.claim('picky', lease))!;
  expect(claim.state.pending.some(({ redriven }) => redriven)).toBe(true);
  await log.settle(claim, settled(claim, claim.state.position, { retryIn: 60_000 }), 'release');
  await log.redrive({ letter: letters.find(({ id }) => id === 'e4')!.letter });
  const sick = (await log.claim('sick', lease))!;
  await log.settle(
    sick,
    settled(sick, 0, { state: { ...sick.state, failures: 3, refusals: 1 }, holdFor: 60_000 }),
    'release',
  );
}

test('a move there and back keeps every event at its offset, and all progress of all subscribers', async () => {
  const { before, both } = settings();
  await fill(await opened(before));
  const original = await contents(before, 'postgres');
  expect([original.entries.length, original.cursors.length, original.letters.length]).toEqual([600, 64, 3]);
  expect(original.letters.map(({ state }) => state)).toEqual(['dead', 'redriving', 'asked']);
  for (const to of ['jetstream', 'postgres', 'jetstream'] as const) {
    const { code, lines } = await moved(both, to);
    expect([code, lines.at(-2), lines.at(-1)]).toEqual([
      0,
      '600 events, 4 subscribers with 3 pending entries and 3 dead letters',
      expect.stringMatching(/^the log is in (JetStream|PostgreSQL), after a pause of \d+ s$/),
    ]);
    expect(await contents(both, to)).toEqual(original);
    expect(await moved(both, to)).toMatchObject({ code: 0, lines: [expect.stringContaining('already')] });
  }
  // The request for a redrive is answered in the other log.
  const log = await opened(both);
  let claim: Claim | undefined;
  await until(async () => {
    claim = await log.claim('picky', lease);
    return claim?.state.pending.some(({ redriven }) => redriven);
  });
  const [entry] = await log.readAt(
    claim!,
    claim!.state.pending.filter(({ redriven }) => redriven).map(({ offset }) => offset),
  );
  expect(['e3', 'e4']).toContain(entry!.id);
  expect((await log.status(['sick'])).subscribers).toMatchObject([{ lag: 600, heldPartitions: 1 }]);
  // An event of before is known, and one with other content is a conflict.
  const known = publication('e5', 'post-5', { body: JSON.stringify({ text: 'ünï\n', id: 'e5' }) });
  expect(await log.append([known, publication('e5', 'post-5')])).toEqual(['known', 'conflict']);
}, 120_000);

test('both logs have one state each, and a bus follows the one that is open', async () => {
  const { before, both } = settings();
  const old = await opened(before);
  await old.append([publication('a')]);
  await old.subscribe(['one']);
  await decide(old, 'one', (_, ids) => ({
    deaths: [{ offset: ids.get('a')!, subject: 'post-1', reason: 'refused', error: '400', attempts: 1 }],
  }));
  // JetStream is configured, but the events are in PostgreSQL: the setting alone changes nothing.
  const bus = await opened(both);
  expect(await bus.append([publication('b')])).toEqual(['stored']);
  expect((await contents(both, 'postgres')).entries.map(({ id }) => id)).toEqual(['a', 'b']);
  expect((await moved(both, 'jetstream')).code).toBe(0);
  await until(
    async () =>
      bus.append([publication('c')]).then(
        () => true,
        () => false,
      ),
    'the bus follows',
  );
  expect((await contents(both, 'jetstream')).entries.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  // A bus that knows only PostgreSQL refuses everything, because its events would be missing in JetStream.
  await expect(old.append([publication('d')])).rejects.toMatchObject({ statusCode: 503 });
  await expect(old.claim('one', lease)).rejects.toMatchObject({ statusCode: 503 });
  await expect(old.redrive({ subscriber: 'one' })).rejects.toMatchObject({ statusCode: 503 });
  const late = openStorage(before, silent);
  closing.push(late.storage);
  late.storage.start();
  await until(async () =>
    late.storage.check().catch((error: Error) => error.message.includes('has brought it to JetStream')),
  );
  expect((await moved(both, 'postgres')).code).toBe(0);
  await until(
    async () =>
      bus.append([publication('e')]).then(
        () => true,
        () => false,
      ),
    'the bus follows back',
  );
  await until(
    async () =>
      late.log.append([publication('f')]).then(
        () => true,
        () => false,
      ),
    'so does the one with PostgreSQL',
  );
  expect((await contents(both, 'postgres')).entries.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'e', 'f']);
}, 120_000);

test('a claim of before the move changes nothing, and its events are delivered in the new place', async () => {
  const { before, both } = settings();
  const old = await opened(before);
  await old.subscribe(['one']);
  await old.append([publication('a')]);
  const bus = await opened(both);
  const claim = (await bus.claim('one', 2_000))!;
  expect((await moved(both, 'jetstream')).code).toBe(0);
  expect(await bus.settle(claim, settled(claim, 1), 'release')).toBeUndefined();
  let again: Claim | undefined;
  await until(async () => (again = await bus.claim('one', lease).catch(() => undefined)));
  expect((await bus.read(again!, 10, mebibyte)).map(({ id }) => id)).toEqual(['a']);
}, 60_000);

test('two commands at once move the log once, and a command that ended after the log was closed is finished by the next', async () => {
  const { before, both } = settings();
  await fill(await opened(before));
  const original = await contents(before, 'postgres');
  const commands = await Promise.all([moved(both, 'jetstream'), moved(both, 'jetstream')]);
  expect(commands.map(({ code }) => code)).toEqual([0, 0]);
  expect(await contents(both, 'jetstream')).toEqual(original);
  const { jetstream, postgres } = placesOf(both, silent);
  jetstream!.connect();
  closing.push(jetstream!.storage, postgres!.storage);
  await until(async () =>
    jetstream!.movable.closeForEvents().then(
      () => true,
      () => false,
    ),
  );
  await jetstream!.movable.closeForDelivery();
  const bus = openStorage(both, silent);
  closing.push(bus.storage);
  bus.storage.start();
  await until(async () => bus.storage.check().catch((error: Error) => error.message.includes('is not finished')));
  expect(await moved(both, 'jetstream')).toMatchObject({
    code: 2,
    lines: [expect.stringContaining('finish that move first')],
  });
  expect((await moved(both, 'postgres')).code).toBe(0);
  expect(await contents(both, 'postgres')).toEqual(original);
  await until(async () =>
    bus.storage.check().then(
      () => true,
      () => false,
    ),
  );
}, 120_000);

test('a new blog with both begins in JetStream, and one without a database knows nothing of a move', async () => {
  const { both, onlyJetStream, before } = settings();
  const [first, second] = await Promise.all([opened(both), opened(both)]);
  expect(await first.append([publication('a')])).toEqual(['stored']);
  expect(await second.append([publication('a')])).toEqual(['known']);
  const other = await opened(onlyJetStream);
  expect(await other.append([publication('a')])).toEqual(['known']);
  expect((await moved(both, 'jetstream')).lines).toEqual(['the log is in JetStream already']);
  expect((await moved(both, 'postgres')).code).toBe(0);
  await expect(other.append([publication('b')])).rejects.toMatchObject({ statusCode: 503 });
  expect(await (await opened(before)).append([publication('a')])).toEqual(['known']);
}, 60_000);

describe('a move is refused, and changes nothing, if', () => {
  test('the other log is open and has events of its own', async () => {
    const { before, both, onlyJetStream } = settings();
    await (await opened(before)).append([publication('a')]);
    await (await opened(onlyJetStream)).append([publication('b')]);
    const { code, lines } = await moved(both, 'jetstream');
    expect([code, lines]).toEqual([2, [expect.stringContaining('buses use the log in JetStream too')]]);
    expect((await moved(both, 'postgres')).lines).toEqual([
      expect.stringContaining('buses use the log in PostgreSQL too'),
    ]);
  }, 60_000);

  test('the other log has another event at an offset', async () => {
    const { before, both } = settings();
    const old = await opened(before);
    await old.append([publication('a'), publication('b')]);
    expect((await moved(both, 'jetstream')).code).toBe(0);
    await inspect.query(`UPDATE event SET id = 'other' WHERE id = 'b'`);
    const { code, lines } = await moved(both, 'postgres');
    expect([code, lines]).toEqual([
      2,
      [
        'copying events to PostgreSQL',
        expect.stringMatching(/^PostgreSQL has another event than JetStream at offset 2 of partition \d+/),
      ],
    ]);
    expect(await (await opened(both)).append([publication('c')])).toEqual(['stored']);
    await inspect.query(`UPDATE event SET id = 'b' WHERE id = 'other'`);
    expect((await moved(both, 'postgres')).code).toBe(0);
    expect((await contents(both, 'postgres')).entries.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  }, 60_000);

  test('the other log has more events', async () => {
    const { before, both } = settings();
    const old = await opened(before);
    await old.append([publication('a')]);
    expect((await moved(both, 'jetstream')).code).toBe(0);
    await inspect.query(`WITH p AS (UPDATE partition SET head = head + 1 WHERE head > 0 RETURNING *)
      INSERT INTO event SELECT id, head, 's', 'more', 'post-1', 'd', '{}' FROM p`);
    expect((await moved(both, 'postgres')).code).toBe(2);
  }, 60_000);

  test('the log has moved to JetStream, where it is lost', async () => {
    const { before, both } = settings();
    await (await opened(before)).append([publication('a')]);
    await inspect.query('UPDATE place SET open = false');
    const { code, lines } = await moved(both, 'jetstream');
    expect([code, lines]).toEqual([2, ['the log has moved to JetStream before, but there it is missing']]);
  }, 60_000);

  test('the bus does not know both logs, or the place is unknown', async () => {
    const { before, both } = settings();
    expect(await moved(before, 'jetstream')).toEqual({ code: 2, lines: [expect.stringContaining('needs both logs')] });
    expect(await moved(both, 'elsewhere')).toEqual({ code: 2, lines: [expect.stringContaining('unknown place')] });
    await opened(before);
  }, 60_000);
});
