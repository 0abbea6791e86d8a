// The bus as a process of its own: stopped past its lease, ended while it delivers.
import { startProcess, spawnProcess } from '../support/process.ts';
import { until } from '../support/service.ts';
import { get } from '../support/http.ts';
import { counted, publish, quick, taken, useBus } from './support.ts';

const main = 'services/event-bus/main.ts';

const envFor = (DATABASE_URL: string, url: string) => ({
  DATABASE_URL,
  SUBSCRIBERS: 'one',
  ONE_URL: url,
  ...quick,
  DELIVERY_TIMEOUT_MS: '10000',
});

describe('a process stopped past its lease', () => {
  const { bus: startBus, subscriber, database } = useBus();

  test('is continued: its late settlement is refused, and nothing is lost or out of order', async () => {
    const one = await subscriber();
    const events = Array.from({ length: 6 }, () => counted('a'));
    // The first answer takes long, so that the process is stopped within the delivery.
    one.answer = ({ id }) => (id === events[0]!.id && one.received.length === 1 ? { status: 200, afterMs: 300 } : 200);
    const stopped = await startProcess(main, { ...envFor(database.url(), one.url), DELIVERY_TIMEOUT_MS: '400' });
    for (const each of events) await publish(stopped, each);
    await until(() => one.received.length === 1);
    stopped.child.kill('SIGSTOP');
    const other = await startBus({ one });
    await until(() => taken(one).length === 6);
    await until(async () => (await other.status('one')).lag === 0);
    const before = await other.status('one');
    stopped.child.kill('SIGCONT');
    await until(
      () => stopped.logs.some((line) => String(line['msg']).startsWith('the claim ran out')),
      'the late settlement is refused',
    );
    expect(taken(one)).toEqual(events.map(({ id }) => id));
    expect(await other.status('one')).toEqual(before);
    // It goes on as an equal.
    const next = counted('a');
    await other.stop();
    await publish(stopped, next);
    await until(() => taken(one).includes(next.id));
    stopped.child.kill('SIGTERM');
    expect(await stopped.ended).toBe(0);
  });
});

describe('SIGTERM', () => {
  const { bus: startBus, subscriber, database } = useBus();

  test('while a delivery of seconds runs: it is finished and settled, the claim given back, exit 0', async () => {
    const one = await subscriber();
    one.answer = () => ({ status: 200, afterMs: one.received.length === 1 ? 2_000 : 0 });
    const ending = await startProcess(main, envFor(database.url(), one.url));
    const [first, second] = [counted('a'), counted('a')];
    await publish(ending, first);
    await until(() => one.received.length === 1);
    await publish(ending, second);
    ending.child.kill('SIGTERM');
    await until(async () => (await get(`${ending.url}/healthz/ready`).catch(() => undefined))?.status !== 200);
    expect(await ending.ended).toBe(0);
    expect(one.received.map((r) => r.event.id)).toEqual([first.id]);
    const next = await startBus({ one });
    // Long before the lease of the first would have ended.
    await until(() => taken(one).includes(second.id), 'the second is delivered', 30_000);
    expect(one.received.map((r) => r.event.id)).toEqual([first.id, second.id]);
    await until(async () => (await next.status('one')).delivered === 2);
  });
});

describe('the configuration', () => {
  test('is wrong: it says which variables, and exits', async () => {
    const wrong = spawnProcess(main, {
      DATABASE_URL: 'postgres://localhost/none',
      SUBSCRIBERS: 'one,two',
      ONE_URL: 'http://one',
    });
    expect(await wrong.ended).toBe(1);
    expect(JSON.stringify(wrong.logs)).toContain('TWO_URL is missing');
  });
});
