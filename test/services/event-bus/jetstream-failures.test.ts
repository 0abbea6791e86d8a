// The log on JetStream while servers are killed and answers are lost.
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../../services/common/errors.ts';
import { createLog } from '../../../services/common/log.ts';
import type { Stored } from '../../../services/event-bus/log.ts';
import { callApi } from '../../../services/event-bus/jetstream/api.ts';
import { hashOf } from '../../../services/event-bus/jetstream/entry.ts';
import type { JetStreamStorage } from '../../../services/event-bus/jetstream/storage.ts';
import { partitionOf } from '../../../services/event-bus/partition.ts';
import { SubscriberWorker } from '../../../services/event-bus/worker.ts';
import { until } from '../support/service.ts';
import { startProxy } from '../support/proxy.ts';
import { publication, surely } from './conformance/fixture.ts';
import { useJetStream } from './jetstream-support.ts';

const tuning = {
  maxAttempts: 8,
  maxRefusals: 2,
  retryBaseMs: 5,
  retryMaxMs: 50,
  timeoutMs: 2_000,
  leaseMs: 2_000,
  pollMs: 50,
  lanes: 4,
  concurrency: 8,
  batch: 20,
};
const SUBJECTS = 8;

/** Appends numbered events of some subjects, and repeats each until it is stored. */
function startWriter({ log }: JetStreamStorage, name: string) {
  const stored: string[] = [];
  const stop = new AbortController();
  const write = async () => {
    for (let n = 0; !stop.signal.aborted; n++) {
      const ids = Array.from({ length: SUBJECTS }, (_, subject) => `${name}-${subject}/${n}`);
      await surely(() => log.append(ids.map((id) => publication(id, id.split('/')[0]))));
      stored.push(...ids);
    }
  };
  const done = write();
  return { stored, stop: () => (stop.abort(), done) };
}

/** Delivers to a subscriber that accepts everything. */
function startReader({ log }: JetStreamStorage, subscriber: string) {
  const taken: string[] = [];
  const worker = new SubscriberWorker({
    subscriber,
    log,
    deliver: async ({ id }) => (taken.push(id), { kind: 'accepted' }),
    tuning,
    logger: createLog('test', 'silent'),
  });
  worker.start();
  return { taken, stop: () => worker.stop() };
}

/** Each stored event was taken, and the first deliveries of each subject are in order. */
function expectComplete(taken: readonly string[], stored: readonly string[]): void {
  const first = [...new Set(taken)];
  const seen = new Set(first);
  expect(stored.filter((id) => !seen.has(id))).toEqual([]);
  const next = new Map<string, number>();
  for (const id of first) {
    const [subject, n] = id.split('/') as [string, string];
    expect([subject, Number(n)]).toEqual([subject, next.get(subject) ?? 0]);
    next.set(subject, Number(n) + 1);
  }
}

describe('one server', () => {
  const { open, servers } = useJetStream();

  test('that is killed keeps each acknowledged event once, and the bus continues', async () => {
    const [storage, other] = [await open(), await open()];
    const server = servers()[0]!;
    await storage.log.subscribe(['one']);
    const writers = [startWriter(storage, 'a'), startWriter(other, 'b')];
    const readers = [startReader(storage, 'one'), startReader(other, 'one')];
    const taken = () => readers.flatMap((reader) => reader.taken);
    for (let kills = 0; kills < 3; kills++) {
      const count = taken().length;
      await until(() => taken().length > count + 100, 'events are delivered');
      await server.kill();
      await server.start();
    }
    for (const { stop } of writers) await stop();
    const stored = writers.flatMap((writer) => writer.stored);
    await until(async () => (await surely(() => storage.log.status(['one']))).subscribers[0]!.lag === 0);
    for (const { stop } of readers) await stop();
    expect(new Set(taken()).size).toBeGreaterThanOrEqual(stored.length);
    expect(stored.filter((id) => !new Set(taken()).has(id))).toEqual([]);
    const { published } = await storage.log.status([]);
    expect(published).toBe(stored.length);
  });

  test('an event whose answers are lost is stored once', async () => {
    const proxy = await startProxy(`nats://${servers()[0]!.address}`);
    const { log } = await open({ servers: [new URL(proxy.url).host] });
    const before = (await log.status([])).published;
    const results: Stored[] = [];
    for (let n = 0; n < 3; n++) {
      const event = publication(`lost/${n}`, 'lost', { body: `{"lost":${n}}` });
      proxy.loseAnswer(event.body);
      results.push(...(await surely(() => log.append([event]))));
      results.push(...(await log.append([event])));
    }
    // The append repeats by itself, and finds that the event is stored already.
    expect(results).toEqual(Array.from({ length: 6 }, () => 'known'));
    expect((await log.status([])).published).toBe(before + 3);
    await proxy.stop();
  });

  test('without a connection, an append fails as unavailable, and can be repeated', async () => {
    const proxy = await startProxy(`nats://${servers()[0]!.address}`);
    const { log } = await open({ servers: [new URL(proxy.url).host] });
    const before = (await log.status([])).published;
    await proxy.cut();
    const event = publication('cut/1', 'cut');
    await expect(log.append([event])).rejects.toThrow(Unavailable);
    await expect(log.claim('one', 1_000)).rejects.toThrow(Unavailable);
    await proxy.restore();
    expect(await surely(() => log.append([event]))).toEqual(['stored']);
    proxy.freeze();
    const frozen = publication('cut/2', 'cut');
    await expect(log.append([frozen])).rejects.toThrow(Unavailable);
    await proxy.cut();
    await proxy.restore();
    expect(await surely(() => log.append([frozen]))).toEqual(['stored']);
    expect((await log.status([])).published).toBe(before + 2);
    await proxy.stop();
  });

  test('a server that only answers pings is left for another one', async () => {
    const proxies = await Promise.all([1, 2].map(() => startProxy(`nats://${servers()[0]!.address}`)));
    const { log } = await open({ servers: proxies.map(({ url }) => new URL(url).host) });
    // The connection uses one of them: in one of the two rounds it must move.
    for (const [n, proxy] of proxies.entries()) {
      proxy.answerOnlyPings();
      const event = publication(`pings/${n}`, 'pings');
      // An attempt takes about 3 s.
      let result: readonly Stored[] | undefined;
      for (let attempt = 1; attempt <= 6 && !result; attempt++)
        result = await log.append([event]).catch((error: Error) => {
          expect(error).toBeInstanceOf(Unavailable);
          return undefined;
        });
      expect(result).toEqual(['stored']);
      await proxy.cut();
      await proxy.restore();
    }
    for (const proxy of proxies) await proxy.stop();
  });

  test('a reservation without an event is completed by the next attempt, and every process sees the event', async () => {
    const [storage, other] = [await open(), await open()];
    const event = publication('reserved/1', 'reserved');
    await storage.log.subscribe(['late']);
    // The first step of an append, as a process leaves it that ends before the second.
    const partition = partitionOf(event.subject, 16);
    await storage.link.request(storage.names.id(hashOf(event)), `${partition} ${event.digest}`);
    expect(await other.log.append([{ ...event, digest: 'two' }])).toEqual(['conflict']);
    const before = (await other.log.status([])).published;
    expect(await storage.log.append([event, event])).toEqual(['stored', 'known']);
    expect((await other.log.status([])).published).toBe(before + 1);
  });
});

describe('three servers', () => {
  const { open, servers } = useJetStream(3);

  test('when the server that leads a stream is killed or stopped, nothing is lost, and the work goes on', async () => {
    const storage = await open();
    await storage.log.subscribe(['one']);
    const writer = startWriter(storage, 'a');
    const reader = startReader(storage, 'one');
    const progress = async (what: string) => {
      const [start, stored, taken] = [performance.now(), writer.stored.length, reader.taken.length];
      await until(() => writer.stored.length > stored && reader.taken.length > taken, `${what}: the work goes on`);
      return Math.round(performance.now() - start);
    };
    await progress('at the start');
    const ends = [
      [storage.names.partition(partitionOf('a-0', 16)), 'kill'],
      [storage.names.ids, 'stop'],
      [storage.names.cursors, 'kill'],
    ] as const;
    for (const [stream, end] of ends) {
      const { cluster } = await callApi<{ cluster: { leader: string } }>(storage.link, `STREAM.INFO.${stream}`);
      const leader = servers().find(({ name }) => name === cluster.leader)!;
      await leader[end]();
      const pause = await progress(`after the leader of ${stream}`);
      process.stdout.write(`${end} of the leader of ${stream}: the work went on after ${pause} ms\n`);
      await leader.start();
      // The next server must not end while this one has no complete copy.
      await until(async () => isCurrent(storage), 'all replicas are complete');
    }
    await writer.stop();
    await until(async () => (await surely(() => storage.log.status(['one']))).subscribers[0]!.lag === 0);
    await reader.stop();
    expectComplete(reader.taken, writer.stored);
    expect((await storage.log.status([])).published).toBe(writer.stored.length);
  }, 300_000);

  async function isCurrent({ link, names }: JetStreamStorage): Promise<boolean> {
    const streams = [names.ids, names.cursors, ...Array.from({ length: 16 }, (_, n) => names.partition(n))];
    try {
      for (const stream of streams) {
        const { cluster } = await callApi<{ cluster: { replicas?: { current: boolean }[] } }>(
          link,
          `STREAM.INFO.${stream}`,
        );
        if (cluster.replicas?.length !== 2 || !cluster.replicas.every(({ current }) => current)) return false;
      }
      return true;
    } catch {
      await sleep(100);
      return false;
    }
  }
});
