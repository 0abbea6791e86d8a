import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../src/local/network/ports';
import { post, get } from '../support/http.ts';
import { until } from '../support/service.ts';
import { counted, publish, taken, useBus } from './support.ts';

const many = (n: number, subjects: number) => Array.from({ length: n }, (_, i) => counted(`post-${i % subjects}`));
const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id);
const publishAll = async (bus: { url: string }, events: object[]) => {
  for (const each of events) expect((await publish(bus, each)).status).toBe(202);
};

describe('delivery', () => {
  const { bus: startBus, subscriber } = useBus();

  test('every subscriber gets each event unchanged, in order, with its trace id', async () => {
    const [first, second] = [await subscriber(), await subscriber()];
    const bus = await startBus({ first, second });
    const one = counted('post-a', { text: '<b>\u{1F600}</b>', big: 9007199254740991 });
    const events = [{ ...one, requestid: 'trace-7' }, ...Array.from({ length: 20 }, () => counted('post-a'))];
    await publishAll(bus, events);
    await until(() => taken(first).length === 21 && taken(second).length === 21);
    expect(taken(first)).toEqual(ids(events));
    expect(taken(second)).toEqual(ids(events));
    expect(first.accepted[0]!.body).toBe(JSON.stringify(events[0]));
    expect(first.accepted[0]!.headers).toMatchObject({
      'x-request-id': 'trace-7',
      'content-type': 'application/cloudevents+json',
    });
    await until(async () => (await bus.status('first')).delivered === 21);
    expect(await bus.status('first')).toEqual({
      name: 'first',
      delivered: 21,
      lag: 0,
      retries: 0,
      deadLetters: 0,
      heldPartitions: 0,
    });
  });
});

describe('a subscriber that is down for long', () => {
  const { bus: startBus, subscriber } = useBus();

  test('gets everything in order afterwards, does not affect others, and has no dead letters', async () => {
    const port = await freePort();
    const well = await subscriber();
    const bus = await startBus({ well, down: { url: `http://127.0.0.1:${port}` } }, { MAX_ATTEMPTS: '2' });
    const events = many(300, 30);
    await Promise.all(events.map((each) => publish(bus, each)));
    await until(() => taken(well).length === 300);
    await sleep(1_000);
    expect(await bus.status('down')).toMatchObject({ delivered: 0, lag: 300, deadLetters: 0 });
    expect((await bus.status('down')).heldPartitions).toBeGreaterThan(0);
    const back = await subscriber(port);
    await until(() => taken(back).length === 300);
    for (let n = 0; n < 30; n++) {
      const order = (one: typeof back) =>
        one.accepted
          .map((r) => r.event)
          .filter((e) => e.subject === `post-${n}`)
          .map((e) => e.id);
      expect([...new Set(order(back))]).toEqual([...new Set(order(well))]);
    }
    await until(async () => (await bus.status('down')).lag === 0);
    expect(await bus.status('down')).toMatchObject({ deadLetters: 0, heldPartitions: 0 });
  });
});

describe('a subscriber that fails for every event', () => {
  const { bus: startBus, subscriber } = useBus();

  test.each([500, 400, 'hang'] as const)(
    'with %s is sick: the bus keeps retrying with pauses, with hardly any dead letters',
    async (answer) => {
      const sick = await subscriber();
      sick.answer = () => answer;
      const name = `sick-${answer}`;
      const bus = await startBus(
        { [name]: sick },
        { MAX_ATTEMPTS: '2', DELIVERY_TIMEOUT_MS: '100', RETRY_MAX_MS: '50' },
      );
      const events = many(60, 60);
      await Promise.all(events.map((each) => publish(bus, each)));
      await until(async () => (await bus.status(name)).retries > 60, 'many retries were made');
      const deadOfIt = async () => (await bus.deadLetters()).filter((d) => d.subscriber === name);
      const dead = await deadOfIt();
      // In each partition, a few refusals become dead letters, because a refusal can be correct.
      expect(dead.length).toBeLessThanOrEqual(answer === 400 ? 2 * 16 : 0);
      sick.answer = () => 202;
      await until(async () => (await bus.status(name)).lag === 0);
      const deadInTheEnd = await deadOfIt();
      expect(taken(sick).length + deadInTheEnd.length).toBeGreaterThanOrEqual(60);
      // In each partition, one refusal may have been in progress.
      expect(deadInTheEnd.length - dead.length).toBeLessThanOrEqual(answer === 400 ? 16 : 0);
    },
  );
});

describe('a slow subscriber', () => {
  const { bus: startBus, subscriber } = useBus();

  test('does not slow the others', async () => {
    const [slow, quickOne] = [await subscriber(), await subscriber()];
    slow.answer = () => ({ status: 200, afterMs: 1_000 });
    const bus = await startBus({ slow, 'quick-one': quickOne }, { DELIVERY_CONCURRENCY: '4' });
    const events = many(200, 50);
    await Promise.all(events.map((each) => publish(bus, each)));
    await until(() => taken(quickOne).length === 200);
    expect(taken(slow).length).toBeLessThan(100);
    slow.answer = () => 200;
    await until(async () => (await bus.status('slow')).lag === 0);
    expect(new Set(taken(slow)).size).toBe(200);
  });
});

describe('poison', () => {
  const { bus: startBus, subscriber } = useBus();

  test.each([400, 413, 422])(
    'an event refused with %s becomes a dead letter at once, and later events are delivered',
    async (status) => {
      const one = await subscriber();
      one.answer = ({ data }) => (data['poison'] ? status : 200);
      const name = `refuses-${status}`;
      const bus = await startBus({ [name]: one });
      const events = [counted(`p-${status}`), counted(`p-${status}`, { poison: true }), counted(`p-${status}`)];
      await publishAll(bus, events);
      await until(() => taken(one).includes(events[2]!.id));
      await until(async () => (await bus.status(name)).lag === 0);
      const mine = (await bus.deadLetters()).filter((d) => d.subscriber === name && d.eventId === events[1]!.id);
      expect(mine).toMatchObject([
        { reason: 'refused', subject: `p-${status}`, error: expect.stringContaining(String(status)) },
      ]);
    },
  );

  test.each([500, 404, 'hang'] as const)(
    'an event that alone fails with %s 8 times becomes a dead letter; only later events of its subject wait',
    async (status) => {
      const one = await subscriber();
      const poison = counted('bad', { poison: true });
      one.answer = ({ id }) => (id === poison.id ? status : 200);
      const name = `fails-${status}`;
      const bus = await startBus({ [name]: one }, { DELIVERY_TIMEOUT_MS: '500' });
      const behind = counted('bad');
      const others = many(10, 10);
      await publishAll(bus, [others[0]!, poison, behind, ...others.slice(1)]);
      await until(() => others.every(({ id }) => taken(one).includes(id)));
      await until(async () => (await bus.deadLetters()).some((d) => d.subscriber === name));
      await until(() => taken(one).includes(behind.id));
      const letter = (await bus.deadLetters()).find((d) => d.subscriber === name);
      expect(letter).toMatchObject({ eventId: poison.id, reason: 'failed', attempts: 8 });
      const tries = one.received.filter((r) => r.event.id === poison.id).length;
      // An attempt may send the event twice if a reused connection breaks.
      expect(tries).toBeGreaterThanOrEqual(8);
      // No later event of the subject was accepted before.
      const lastTry = one.received.findLastIndex((r) => r.event.id === poison.id);
      expect(one.received.findIndex((r) => r.event.id === behind.id)).toBeGreaterThan(lastTry);
    },
  );

  test('a poisoned event becomes a dead letter even if there is nothing else to deliver', async () => {
    const one = await subscriber();
    const [good, poison] = [counted('good'), counted('poison')];
    one.answer = ({ id }) => (id === poison.id ? 500 : 200);
    const bus = await startBus({ alone: one });
    await publishAll(bus, [good]);
    await until(async () => (await bus.status('alone')).lag === 0);
    await publishAll(bus, [poison]);
    await until(async () => (await bus.deadLetters()).some((d) => d.subscriber === 'alone' && d.eventId === poison.id));
    expect(taken(one)).toContain(good.id);
    expect(taken(one)).not.toContain(poison.id);
  });

  test('an answer that PostgreSQL cannot store does not block the partition', async () => {
    const one = await subscriber();
    const [poison, next] = [counted('same'), counted('same')];
    one.answer = ({ id }) => (id === poison.id ? { status: 422, body: `NUL \0${'x'.repeat(490)}\u{1F600}` } : 200);
    const bus = await startBus({ odd: one });
    await publishAll(bus, [poison, next]);
    const letterOf = async () => (await bus.deadLetters()).find((d) => d.eventId === poison.id);
    await until(async () => (await letterOf()) !== undefined);
    await until(() => taken(one).includes(next.id));
    expect((await letterOf())!.error).toMatch(/^422 NUL \uFFFDx{490}\uFFFD$/);
  });
});

describe('redrive', () => {
  const { bus: startBus, subscriber } = useBus();

  test('one dead letter, or all of a subscriber, are delivered again, and are gone or become dead letters again', async () => {
    const one = await subscriber();
    let wrong = true;
    one.answer = ({ data }) => (wrong && data['poison'] ? 422 : 200);
    const bus = await startBus({ one });
    const events = [
      counted('a'),
      ...Array.from({ length: 5 }, (_, n) => counted(`s${n}`, { poison: true })),
      counted('b'),
    ];
    await publishAll(bus, events);
    await until(async () => (await bus.deadLetters()).length === 5);
    const [first] = await bus.deadLetters();
    expect(await get(`${bus.url}/dead-letters/${first.id}`)).toMatchObject({
      status: 200,
      body: { id: first.id, event: { id: first.eventId } },
    });

    const before = one.received.length;
    expect(await post(`${bus.url}/dead-letters/${first.id}/redrive`, {})).toMatchObject({
      status: 202,
      body: { redriving: 1 },
    });
    await until(
      async () =>
        one.received.length > before && (await get(`${bus.url}/dead-letters/${first.id}`)).body.redriving === false,
    );
    expect(await bus.deadLetters()).toHaveLength(5);

    wrong = false;
    const bare = await fetch(`${bus.url}/dead-letters/${first.id}/redrive`, { method: 'POST' });
    expect(bare.status).toBe(202);
    await until(() => taken(one).includes(first.eventId));
    await until(async () => (await bus.deadLetters()).length === 4);
    expect(await post(`${bus.url}/subscribers/one/redrive`, {})).toMatchObject({ status: 202, body: { redriving: 4 } });
    await until(() => taken(one).length === 7);
    await until(async () => (await bus.deadLetters()).length === 0);
    await until(async () => (await bus.status('one')).lag === 0);
    expect(await bus.status('one')).toMatchObject({ delivered: 7, deadLetters: 0 });
  });

  test('an unknown dead letter or subscriber is 404, an invalid query 400', async () => {
    const bus = await startBus({ one: await subscriber() });
    for (const path of [
      '/dead-letters/one.1.999/redrive',
      '/dead-letters/nonsense/redrive',
      `/dead-letters/${encodeURIComponent("';--")}/redrive`,
      '/subscribers/nobody/redrive',
    ]) {
      expect((await post(`${bus.url}${path}`, {})).status).toBe(404);
    }
    for (const query of [
      'limit=0',
      'limit=x',
      'limit=1001',
      'nonsense=1',
      'subscriber=a&subscriber=b',
      'subscriber=%00',
    ]) {
      expect((await get(`${bus.url}/dead-letters?${query}`)).status).toBe(400);
    }
    expect((await get(`${bus.url}/dead-letters?after=nonsense`)).body).toEqual({ deadLetters: [] });
  });
});

describe('replay', () => {
  const { bus: startBus, subscriber } = useBus();

  test('a new subscriber gets all events in order, and old subscribers get no event twice', async () => {
    const old = await subscriber();
    const first = await startBus({ old });
    const events = many(150, 7);
    await publishAll(first, events);
    await until(async () => (await first.status('old')).lag === 0);
    await first.stop();
    const late = await subscriber();
    const second = await startBus({ old, late });
    await until(async () => (await second.status('late')).lag === 0);
    expect(new Set(taken(late))).toEqual(new Set(ids(events)));
    for (let n = 0; n < 7; n++) {
      expect(late.accepted.filter((r) => r.event.subject === `post-${n}`).map((r) => r.event.id)).toEqual(
        ids(events.filter((e) => e.subject === `post-${n}`)),
      );
    }
    expect(old.accepted).toHaveLength(150);
  });
});

describe('connections', () => {
  const { bus: startBus } = useBus();

  test('are replaced after a limited time, so that all replicas get requests', async () => {
    const sockets = new Set<unknown>();
    const server = http.createServer((request, response) => {
      sockets.add(request.socket);
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bus = await startBus(
      { one: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } },
      { CONNECTION_LIFE_MS: '300' },
    );
    // Publishes constantly, so that connections are not closed because they are idle.
    await until(async () => {
      await publish(bus, counted('a'));
      return sockets.size >= 4;
    });
    expect(sockets.size).toBeGreaterThanOrEqual(4);
    await bus.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
