// The bus as a process, with its log on JetStream and without a database.
import { startProcess } from '../support/process.ts';
import { get } from '../support/http.ts';
import { until } from '../support/service.ts';
import { useJetStream } from './jetstream-support.ts';
import { counted, publish, quick, taken, useSubscribers } from './support.ts';

const main = 'services/event-bus/main.ts';

describe('the bus with a log on JetStream', () => {
  const { servers } = useJetStream();
  const { subscriber } = useSubscribers();
  const envFor = (url: string) => ({
    EVENT_LOG_SERVERS: servers()[0]!.address,
    SUBSCRIBERS: 'one',
    ONE_URL: url,
    ...quick,
    LEASE_MS: '2000',
  });

  test('becomes ready when NATS answers, delivers each event in order, and answers 503 while NATS is away', async () => {
    const server = servers()[0]!;
    await server.kill();
    const one = await subscriber();
    const bus = await startProcess(main, envFor(one.url), 'listening');
    expect((await get(`${bus.url}/healthz/ready`)).status).toBe(503);
    const early = await publish(bus, counted('a'));
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
    await server.start();
    await until(async () => (await get(`${bus.url}/healthz/ready`)).status === 200, 'the bus is ready');

    const [first, second, third] = [counted('a'), counted('a'), counted('a')];
    expect((await publish(bus, first)).body).toEqual({ status: 'stored' });
    expect((await publish(bus, first)).body).toEqual({ status: 'known' });
    expect((await publish(bus, { ...first, data: { other: true } })).status).toBe(409);
    await until(() => taken(one).length === 1);

    await server.kill();
    const away = await publish(bus, second);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await get(`${bus.url}/healthz/ready`)).status).toBe(200);
    await server.start();
    await until(async () => (await publish(bus, second)).status === 202, 'the bus stores events again');
    expect((await publish(bus, third)).status).toBe(202);
    await until(() => taken(one).length === 3);
    expect(taken(one)).toEqual([first.id, second.id, third.id]);
    expect((await get(`${bus.url}/status`)).body).toMatchObject({
      published: 3,
      subscribers: [{ name: 'one', delivered: 3, lag: 0 }],
    });
    bus.child.kill('SIGTERM');
    expect(await bus.ended).toBe(0);
  });

  test('a process that is killed during a delivery leaves the event to another one', async () => {
    const one = await subscriber();
    one.answer = () => (one.received.length === 1 ? 'hang' : 200);
    const killed = await startProcess(main, envFor(one.url));
    const event = counted('b');
    await publish(killed, event);
    await until(() => one.received.some((received) => received.event.id === event.id));
    const other = await startProcess(main, envFor(one.url));
    killed.child.kill('SIGKILL');
    await until(() => taken(one).includes(event.id), 'the event is delivered by the other process');
    other.child.kill('SIGTERM');
    expect(await other.ended).toBe(0);
  });

  test('a process that hangs longer than its lease has its late settlement refused, and no event is out of order', async () => {
    const one = await subscriber();
    const events = Array.from({ length: 6 }, () => counted('c'));
    // The first answer is slow, so that the process is stopped during the delivery.
    one.answer = ({ id }) => (id === events[0]!.id && taken(one).length === 0 ? { status: 200, afterMs: 1_000 } : 200);
    const stopped = await startProcess(main, envFor(one.url));
    for (const each of events) await publish(stopped, each);
    await until(() => one.received.some((received) => received.event.id === events[0]!.id));
    stopped.child.kill('SIGSTOP');
    const other = await startProcess(main, envFor(one.url));
    const ids = events.map(({ id }) => id);
    const ours = () => taken(one).filter((id) => ids.includes(id));
    await until(() => ours().length === 6, 'the other process delivers all events');
    const status = async () => (await get(`${other.url}/status`)).body.subscribers[0] as { lag: number };
    await until(async () => (await status()).lag === 0);
    const before = await status();
    stopped.child.kill('SIGCONT');
    await until(
      () => stopped.logs.some((line) => String(line['msg']).startsWith('the claim expired')),
      'the late settlement is refused',
    );
    expect(ours()).toEqual(ids);
    expect(await status()).toEqual(before);
    for (const { child, ended } of [stopped, other]) {
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  });
});
