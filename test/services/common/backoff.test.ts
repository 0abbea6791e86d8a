import * as fc from 'fast-check';
import { backoffDelay, sleep } from '../../../services/common/backoff.ts';

const backoff = { baseMs: 100, maxMs: 5_000 };

test('it doubles up to the most, with jitter below', () => {
  expect([1, 2, 3, 4, 7, 100].map((failures) => backoffDelay(failures, backoff, () => 1))).toEqual([
    100, 200, 400, 800, 5_000, 5_000,
  ]);
  expect([1, 2, 7].map((failures) => backoffDelay(failures, backoff, () => 0))).toEqual([50, 100, 2_500]);
});

test('it is always within its bounds', () => {
  fc.assert(
    fc.property(fc.nat(), (failures) => {
      const delay = backoffDelay(failures, backoff);
      expect(delay).toBeGreaterThanOrEqual(backoff.baseMs / 2);
      expect(delay).toBeLessThanOrEqual(backoff.maxMs);
    }),
  );
});

test('a sleep ends early when told to, also before it began', async () => {
  const stop = new AbortController();
  const sleeping = sleep(600_000, stop.signal);
  stop.abort();
  await sleeping;
  await sleep(600_000, stop.signal);
  await sleep(1);
  expect(stop.signal.aborted).toBe(true);
});
