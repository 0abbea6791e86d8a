import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../../services/common/errors.ts';
import type { Publication, Stored } from '../../../services/event-bus/log.ts';
import { Publisher } from '../../../services/event-bus/publisher.ts';

const publication = (id: string, digest = 'one', body = '{}'): Publication => ({
  source: '/t',
  id,
  subject: 's',
  body,
  digest,
});

/** A log in memory that counts its transactions. */
function memoryLog(fail?: (batch: readonly Publication[]) => unknown) {
  const stored = new Map<string, string>();
  const batches: string[][] = [];
  return {
    batches,
    async append(publications: readonly Publication[]): Promise<readonly Stored[]> {
      batches.push(publications.map(({ id }) => id));
      await sleep(5);
      const error = fail?.(publications);
      if (error) throw error;
      return publications.map(({ id, digest }) => {
        const known = stored.get(id);
        if (known !== undefined) return known === digest ? 'known' : 'conflict';
        stored.set(id, digest);
        return 'stored';
      });
    },
  };
}

test('what comes at once is stored in few transactions, one after the other', async () => {
  const log = memoryLog();
  let woken = 0;
  const publisher = new Publisher(log, () => woken++);
  const results = await Promise.all(Array.from({ length: 1_200 }, (_, n) => publisher.publish(publication(`${n}`))));
  expect(results.every((r) => r === 'stored')).toBe(true);
  expect(log.batches.map((b) => b.length)).toEqual([500, 500, 200]);
  expect(woken).toBe(3);
});

test('large bodies make small batches', async () => {
  const log = memoryLog();
  const publisher = new Publisher(log, () => undefined);
  await Promise.all(
    Array.from({ length: 40 }, (_, n) => publisher.publish(publication(`${n}`, 'one', 'x'.repeat(65_000)))),
  );
  expect(Math.max(...log.batches.map((b) => b.length))).toBeLessThan(20);
});

test('equal ones share a place, and only the first is new', async () => {
  const log = memoryLog();
  const publisher = new Publisher(log, () => undefined);
  const results = await Promise.all(Array.from({ length: 1_000 }, () => publisher.publish(publication('x'))));
  expect(results.filter((r) => r === 'stored')).toHaveLength(1);
  expect(results.filter((r) => r === 'known')).toHaveLength(999);
  expect(log.batches).toEqual([['x']]);
});

test('another content under the same id conflicts with the first, whichever was first', async () => {
  const log = memoryLog();
  const publisher = new Publisher(log, () => undefined);
  const results = await Promise.all(
    [publication('x', 'a'), publication('x', 'b'), publication('x', 'a'), publication('y', 'b')].map((p) =>
      publisher.publish(p),
    ),
  );
  expect(results).toEqual(['stored', 'conflict', 'known', 'stored']);
});

test('one that can not be stored does not take the others with it', async () => {
  const log = memoryLog(
    (batch) => batch.some(({ id }) => id === 'bad') && Object.assign(new Error('row is too big'), { code: '54000' }),
  );
  const publisher = new Publisher(log, () => undefined);
  const results = await Promise.allSettled(['a', 'bad', 'b'].map((id) => publisher.publish(publication(id))));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('when the log is away, all are told so at once, and the next are tried again', async () => {
  let away = true;
  const log = memoryLog(() => away && new Unavailable('away'));
  const publisher = new Publisher(log, () => undefined);
  const results = await Promise.allSettled(['a', 'b'].map((id) => publisher.publish(publication(id))));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(log.batches).toHaveLength(1);
  away = false;
  expect(await publisher.publish(publication('a'))).toBe('stored');
});

test('with too much waiting it says so instead of growing', async () => {
  const publisher = new Publisher({ append: () => new Promise(() => undefined) }, () => undefined);
  const body = 'x'.repeat(60_000);
  let refused = 0;
  for (let n = 0; n < 1_000; n++)
    publisher
      .publish(publication(`${n}`, 'one', body))
      .catch((error) => (refused += Number(error instanceof Unavailable)));
  await new Promise((resolve) => setImmediate(resolve));
  expect(refused).toBeGreaterThan(400);
});
