// The bus as a separate process: it hangs longer than its lease, or gets SIGTERM while it delivers.
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
  LEASE_MS: '40000',
});

describe('a process that hangs longer than its lease', () => {
  const { bus: startBus, subscriber, database } = useBus();

  test('has its late settlement refused when it continues, and no event is lost or out of order', async () => {
    const one = await subscriber();
    const events = Array.from({ length: 6 }, () => counted('a'));
    // The first answer is slow, so that the process is stopped during the delivery.
    one.answer = ({ id }) => (id === events[0]!.id && one.received.length === 1 ? { status: 200, afterMs: 300 } : 200);
    const stopped = await startProcess(main, {
      ...envFor(database.url(), one.url),
      DELIVERY_TIMEOUT_MS: '400',
      LEASE_MS: '1600',
    });
    for (const each of events) await publish(stopped, each);
    await until(() => one.received.length === 1);
    stopped.child.kill('SIGSTOP');
    const other = await startBus({ one });
    await until(() => taken(one).length === 6);
    await until(async () => (await other.status('one')).lag === 0);
    const before = await other.status('one');
    stopped.child.kill('SIGCONT');
    await until(
      () => stopped.logs.some((line) => String(line['msg']).startsWith('the claim expired')),
      'the late settlement is refused',
    );
    expect(taken(one)).toEqual(events.map(({ id }) => id));
    expect(await other.status('one')).toEqual(before);
    // The process continues like any other replica.
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

  test('during a slow delivery: the delivery is finished and settled, the claim released, and the exit code is 0', async () => {
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
    // Long before the end of the lease of the first process.
    await until(() => taken(one).includes(second.id), 'the second event is delivered', 30_000);
    expect(one.received.map((r) => r.event.id)).toEqual([first.id, second.id]);
    await until(async () => (await next.status('one')).delivered === 2);
  });
});

describe('an invalid configuration', () => {
  test('is reported with the names of the variables, and the process exits', async () => {
    const wrong = spawnProcess(main, {
      DATABASE_URL: 'postgres://localhost/none',
      SUBSCRIBERS: 'one,two',
      ONE_URL: 'http://one',
    });
    expect(await wrong.ended).toBe(1);
    expect(JSON.stringify(wrong.logs)).toContain('TWO_URL is missing');
  });
});
