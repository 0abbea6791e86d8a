import { setTimeout as sleep } from 'node:timers/promises';
import type { Servers } from '../../../services/common/servers.ts';
import { build } from '../../../services/event-bus/app.ts';
import { schemaFor } from '../../../services/event-bus/config.ts';
import { partitionOf } from '../../../services/event-bus/partition.ts';
import { openDatabase } from '../support/database.ts';
import { get, postRaw } from '../support/http.ts';
import { memoryInUse } from '../support/memory.ts';
import { startService, until } from '../support/service.ts';
import { counted, publish, taken, useBus } from './support.ts';

const cloudEvents = { 'content-type': 'application/cloudevents+json' };

describe('POST /events', () => {
  const { bus: startBus, subscriber, database } = useBus();

  test('an event is stored once if it is published again with other key order, or a thousand times at once', async () => {
    const one = await subscriber();
    const bus = await startBus({ one });
    const event = counted('a', { nested: { x: 1, y: [1, { b: 2, a: 1 }] } });
    expect(await publish(bus, event)).toMatchObject({ status: 202, body: { status: 'stored' } });
    expect(await publish(bus, event)).toMatchObject({ status: 202, body: { status: 'known' } });
    const turned = Object.fromEntries(Object.entries(event).toReversed());
    expect(
      await publish(bus, {
        ...turned,
        data: { nested: { y: [1, { a: 1, b: 2 }], x: 1 }, number: (event.data as { number: number }).number },
      }),
    ).toMatchObject({ status: 202, body: { status: 'known' } });

    const other = counted('b');
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => publish(bus, other)));
    expect(new Set(answers.map((a) => a.status))).toEqual(new Set([202]));
    expect(answers.filter((a) => a.body.status === 'stored')).toHaveLength(1);
    await until(async () => (await bus.status('one')).lag === 0);
    expect((await bus.status()).published).toBe(2);
    expect(one.received.map((r) => r.event.id)).toEqual([event.id, other.id]);
  });

  test('the same id with other content is 409, also at another replica of the bus, and changes nothing', async () => {
    const [first, second] = [await startBus({ one: await subscriber() }), await startBus({ one: await subscriber() })];
    const event = counted('a');
    await publish(first, event);
    for (const other of [
      { ...event, data: { number: -1 } },
      { ...event, subject: 'b' },
      { ...event, type: 'Other' },
      { ...event, requestid: 'x' },
    ]) {
      const answer = await publish(second, other);
      expect(answer).toMatchObject({ status: 409, body: { error: { code: 'other_content' } } });
    }
    expect((await publish(second, event)).body).toEqual({ status: 'known' });
    expect((await publish(second, { ...event, source: '/other' })).body).toEqual({ status: 'stored' });
  });

  test('an invalid event is 4xx with a reason, never 500, and stores nothing', async () => {
    const bus = await startBus({ one: await subscriber() });
    const before = (await bus.status()).published;
    const good = counted('a');
    const without = (key: string) => JSON.stringify({ ...good, [key]: undefined });
    const wrong: [string | Buffer, number][] = [
      ['', 400],
      ['{', 400],
      ['null', 400],
      ['[]', 400],
      ['1', 400],
      ['"x"', 400],
      ['[[{}]]', 400],
      ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'data'].map((key): [string, number] => [
        without(key),
        400,
      ]),
      ...['id', 'source', 'type', 'subject'].flatMap((key) =>
        ['', 1, null, {}, [], 'x'.repeat(257)].map((value): [string, number] => [
          JSON.stringify({ ...good, [key]: value }),
          400,
        ]),
      ),
      // PostgreSQL cannot store these.
      ...['id', 'source', 'type', 'subject', 'extension'].flatMap((key) =>
        ['a\0b', '\ud800'].map((value): [string, number] => [JSON.stringify({ ...good, [key]: value }), 422]),
      ),
      ...['0000-01-01T00:00:00Z', '2026-06-31T12:00:00Z', '9999-12-31T23:59:59-01:00', '2026-01-01T00:00:00+16:00'].map(
        (time): [string, number] => [JSON.stringify({ ...good, time }), 422],
      ),
      [JSON.stringify({ ...good, specversion: '0.3' }), 400],
      [JSON.stringify({ ...good, time: 'yesterday' }), 400],
      [JSON.stringify({ ...good, data: 'text' }), 400],
      [JSON.stringify(good).replace('"data":{', '"data":{"__proto__":{"admin":true},'), 400],
      [`{"__proto__":{},${JSON.stringify(good).slice(1)}`, 400],
      [
        JSON.stringify({ ...good, data: {} }).replace(
          '"data":{}',
          `"data":{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
        ),
        400,
      ],
      [
        Buffer.concat([
          Buffer.from(JSON.stringify(good).slice(0, -1)),
          Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
        ]),
        400,
      ],
      [JSON.stringify(good).replace('"data":{', '"data":{"x":1e999,'), 422],
      ['x'.repeat(64 * 1024 + 1), 413],
    ];
    for (const [body, status] of wrong) {
      const answer = await postRaw(`${bus.url}/events`, body, cloudEvents);
      expect({ body: String(body).slice(0, 80), status: answer.status }).toEqual({
        body: String(body).slice(0, 80),
        status,
      });
      expect(answer.body.error).toEqual({ code: expect.any(String), message: expect.any(String) });
    }
    expect((await postRaw(`${bus.url}/events`, JSON.stringify(good), { 'content-type': 'text/plain' })).status).toBe(
      415,
    );
    expect((await fetch(`${bus.url}/events`, { method: 'POST' })).status).toBeGreaterThanOrEqual(400);
    expect((await get(`${bus.url}/events`)).status).toBe(404);
    expect((await bus.status()).published).toBe(before);
  });

  test('exactly 64 KiB is accepted, and SQL and markup in every field are plain text', async () => {
    const one = await subscriber();
    const bus = await startBus({ 'text-only': one });
    const sql = `'); DROP SCHEMA event_bus CASCADE; -- <script>alert(1)</script> \\ $1 {}" \u{1F600}`;
    const event = { ...counted(sql), id: sql, source: sql, type: sql, data: { [sql]: sql, fill: '' } };
    const room = 64 * 1024 - Buffer.byteLength(JSON.stringify(event));
    event.data.fill = 'x'.repeat(room);
    expect(Buffer.byteLength(JSON.stringify(event))).toBe(64 * 1024);
    expect((await publish(bus, event)).status).toBe(202);
    await until(() => one.accepted.some((r) => r.event.id === sql));
    expect(one.accepted.find((r) => r.event.id === sql)!.event).toEqual(event);
  });

  test('large invalid bodies do not increase the memory in use', async () => {
    const bus = await startBus({ one: await subscriber() });
    const rubbish = [
      'x'.repeat(70_000),
      `{"a":${'['.repeat(30_000)}`,
      JSON.stringify(counted('a', { text: 'x'.repeat(60_000) })).slice(0, -1),
    ];
    const send = () =>
      Promise.all(Array.from({ length: 60 }, (_, n) => postRaw(`${bus.url}/events`, rubbish[n % 3]!, cloudEvents)));
    await send();
    const before = memoryInUse();
    for (let n = 0; n < 10; n++)
      expect((await send()).map(({ status }) => status).filter((status) => status < 400)).toEqual([]);
    await until(
      () => memoryInUse() - before < 10 * 1024 * 1024,
      'the memory in use grew by less than a quarter of what was sent',
    );
  });

  test('if the disk is full, the answer is 503 with Retry-After, and nothing is stored', async () => {
    const bus = await startBus({ one: await subscriber() });
    const admin = await openDatabase(database.url(), 'event_bus');
    // PostgreSQL reports 53100 when the disk is full.
    await admin.query(
      `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`,
    );
    await admin.query('CREATE TRIGGER full_disk BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION full_disk()');
    const event = counted('a');
    const heads = (await bus.status()).partitions;
    const answer = await publish(bus, event);
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await admin.query('DROP TRIGGER full_disk ON event');
    await admin.close();
    expect((await bus.status()).partitions).toEqual(heads);
    expect((await publish(bus, event)).body).toEqual({ status: 'stored' });
  });
});

describe('status and metrics', () => {
  const { bus: startBus, subscriber } = useBus();

  test('report published, delivered, lag, retries and dead letters of each subscriber', async () => {
    const [good, bad] = [await subscriber(), await subscriber()];
    bad.answer = ({ data }) => (data['poison'] ? 400 : 200);
    const bus = await startBus({ good, bad });
    for (const each of [counted('a'), counted('b', { poison: true }), counted('c')]) await publish(bus, each);
    await until(async () => (await bus.status()).subscribers.every((s: { lag: number }) => s.lag === 0));
    expect(await bus.status()).toMatchObject({
      published: 3,
      subscribers: [
        { name: 'good', delivered: 3, lag: 0, retries: 0, deadLetters: 0 },
        { name: 'bad', delivered: 2, lag: 0, deadLetters: 1 },
      ],
    });
    await sleep(600);
    const text = (await get(`${bus.url}/metrics`)).body as string;
    const value = (name: string, labels = '') =>
      Number(new RegExp(`^event_bus_${name}\\{${labels}service="event-bus"\\} (\\d+)$`, 'm').exec(text)?.[1]);
    expect(value('published_total', 'result="stored",')).toBe(3);
    expect(value('published_in_log')).toBe(3);
    for (const [name, ofGood, ofBad] of [
      ['delivered_total', 3, 2],
      ['delivered_in_log', 3, 2],
      ['dead_letters_in_log', 0, 1],
      ['dead_letters_total', 0, 1],
      ['lag_in_log', 0, 0],
      ['retries_total', 0, 0],
      ['held_partitions_in_log', 0, 0],
    ] as const) {
      expect([name, value(name, 'subscriber="good",'), value(name, 'subscriber="bad",')]).toEqual([
        name,
        ofGood,
        ofBad,
      ]);
    }
    expect(taken(good)).toHaveLength(3);
  });
});

describe('without a database', () => {
  test('the bus is live, unready and answers 503, but still serves metrics', async () => {
    const env = {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
      SUBSCRIBERS: 'one',
      ONE_URL: 'http://127.0.0.1:1',
      PORT: '0',
    };
    let built: (ReturnType<typeof build> & { servers: Servers }) | undefined;
    const started = startService(
      'event-bus',
      schemaFor(env),
      (context) => {
        built = { ...build(context), servers: context.servers };
        return built;
      },
      env,
    );
    started.catch(() => undefined);
    await until(() => built?.servers.app.server.listening);
    const { port } = built!.servers.app.server.address() as { port: number };
    const url = `http://127.0.0.1:${port}`;
    expect((await get(`${url}/healthz/live`)).status).toBe(200);
    expect(await get(`${url}/healthz/ready`)).toMatchObject({
      status: 503,
      body: {
        status: 'unready',
        reasons: [expect.stringContaining('database'), expect.stringContaining('subscribers')],
      },
    });
    const answer = await publish({ url }, counted('a'));
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect((await get(`${url}/status`)).status).toBe(503);
    expect((await get(`${url}/dead-letters`)).status).toBe(503);
    expect((await get(`${url}/metrics`)).body).toContain('event_bus_delivered_total');
    await Promise.all([built!.servers.close(), ...built!.workers!.map((w) => w.stop())]);
    await built!.database!.close();
  });
});

test('the partition of a subject never changes, and subjects spread evenly', () => {
  expect(
    ['', 'a', 'post-1', 'é\u{1F600}', '0b2cf3a1-3a77-4b44-8b66-b7a3ad4a0d5e'].map((subject) =>
      partitionOf(subject, 16),
    ),
  ).toEqual([1, 7, 5, 10, 5]);
  const counts = Array.from({ length: 16 }, () => 0);
  for (let n = 0; n < 16_000; n++) counts[partitionOf(`post-${n}`, 16)]!++;
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...counts)).toBeLessThan(1_200);
});
