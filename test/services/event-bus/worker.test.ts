import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../../services/common/log.ts';
import { START_OF_LOG } from '../../../services/event-bus/log.ts';
import type { Claim, Log, Settlement } from '../../../services/event-bus/log.ts';
import { SubscriberWorker } from '../../../services/event-bus/worker.ts';
import type { Deliver } from '../../../services/event-bus/deliver.ts';
import { until } from '../support/service.ts';

const tuning = {
  maxAttempts: 8,
  maxRefusals: 2,
  retryBaseMs: 5,
  retryMaxMs: 50,
  timeoutMs: 10_000,
  leaseMs: 10_000,
  pollMs: 20,
  lanes: 4,
  concurrency: 3,
  batch: 10,
};
const claim: Claim = {
  subscriber: 's',
  partition: 0,
  fence: '1',
  head: 10,
  accepted: 0,
  faltered: 0,
  now: 0,
  freshDue: 0,
  state: START_OF_LOG,
};
const entries = Array.from({ length: 10 }, (_, n) => ({
  offset: n + 1,
  source: '/t',
  id: `${n}`,
  subject: `s${n}`,
  body: '{}',
}));

/** A log with one claim. A test may replace methods. */
function logWith(replaced: Partial<Log>) {
  const settled: Settlement[] = [];
  let given = false;
  const log = {
    claim: async () => (given ? undefined : ((given = true), claim)),
    read: async () => entries,
    readAt: async () => [],
    settle: async (_: Claim, settlement: Settlement) => (settled.push(settlement), claim),
    renew: async () => true,
    release: async () => undefined,
    wake: async () => undefined,
    controls: async () => [],
    ...replaced,
  } as unknown as Log;
  return { log, settled };
}

const workerOn = (log: Log, deliver: Deliver, more = {}) =>
  new SubscriberWorker({
    subscriber: 's',
    log,
    deliver,
    tuning: { ...tuning, ...more },
    logger: createLog('test', 'silent'),
  });

test('deliveries do not exceed the limit of concurrency', async () => {
  let running = 0;
  let most = 0;
  const { log, settled } = logWith({});
  const worker = workerOn(log, async () => {
    most = Math.max(most, ++running);
    await sleep(5);
    running--;
    return { kind: 'accepted' };
  });
  worker.start();
  await until(() => settled.length === 1);
  await worker.stop();
  expect(most).toBe(3);
  expect(settled[0]).toMatchObject({ accepted: 10, state: { position: 10 } });
});

test('stopping waits for the running deliveries, starts no more, and settles the results', async () => {
  const { log, settled } = logWith({});
  let begun = 0;
  const worker = workerOn(log, async () => {
    begun++;
    await sleep(50);
    return { kind: 'accepted' };
  });
  worker.start();
  await until(() => begun === 3);
  await worker.stop();
  expect(begun).toBe(3);
  expect(settled).toMatchObject([{ accepted: 3, state: { position: 10 } }]);
  expect(settled[0]!.state.pending.map(({ offset }) => offset)).toEqual([4, 5, 6, 7, 8, 9, 10]);
});

test('stopping works while lanes wait for a claim', async () => {
  for (const ms of [0, 1, 5, 20]) {
    const { log } = logWith({ claim: () => sleep(10, undefined) });
    const worker = workerOn(log, async () => ({ kind: 'accepted' }));
    worker.start();
    await sleep(ms);
    await expect(worker.stop()).resolves.toBeUndefined();
  }
});

test('a round with a slow subscriber renews its lease, and ends after some deliveries', async () => {
  let renewed = 0;
  const { log, settled } = logWith({ renew: async () => ++renewed > 0 });
  let running = 0;
  const worker = workerOn(
    log,
    async () => {
      running++;
      await sleep(190);
      running--;
      return { kind: 'accepted' };
    },
    { timeoutMs: 200, leaseMs: 400 },
  );
  worker.start();
  await until(() => settled.length === 1);
  expect(running).toBe(0);
  expect(renewed).toBeGreaterThan(0);
  // Deliveries start for 1.5 timeouts, which is too short for all of them.
  expect(settled[0]!.accepted).toBeLessThan(10);
  await worker.stop();
});

test('a round whose lease cannot be renewed starts no more deliveries when it ends', async () => {
  const { log, settled } = logWith({
    renew: async () => {
      throw new Error('away');
    },
  });
  let begun = 0;
  const worker = workerOn(
    log,
    async () => {
      begun++;
      await sleep(100);
      return { kind: 'accepted' };
    },
    { leaseMs: 150, concurrency: 1 },
  );
  worker.start();
  await until(() => settled.length === 1);
  await worker.stop();
  expect(begun).toBeLessThan(10);
  expect(settled[0]!.accepted).toBe(begun);
});

test('if the log fails within a round, the claim is released as soon as the log is available again', async () => {
  let tries = 0;
  let released = 0;
  const { log } = logWith({
    read: async () => {
      throw new Error('away');
    },
    release: async () => {
      if (++tries < 3) throw new Error('still away');
      released++;
    },
  });
  const worker = workerOn(log, async () => ({ kind: 'accepted' }));
  worker.start();
  await until(() => released === 1);
  await worker.stop();
  expect(tries).toBe(3);
});

test('if a subscriber is well again, its other partitions are woken', async () => {
  let woken = 0;
  const troubled = { ...claim, state: { ...START_OF_LOG, failures: 3 } };
  let given = false;
  const { log } = logWith({
    claim: async () => (given ? undefined : ((given = true), troubled)),
    wake: async () => void woken++,
  });
  const worker = workerOn(log, async () => ({ kind: 'accepted' }));
  worker.start();
  await until(() => woken === 1);
  await worker.stop();
  expect(woken).toBe(1);
});
