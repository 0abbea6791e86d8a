import * as fc from 'fast-check';
import { backoffDelay, pauseAfter } from '../../../services/common/backoff.ts';

const backoff = { baseMs: 100, maxMs: 5_000 };

test('the pause doubles up to the maximum, and jitter only shortens it', () => {
  expect([1, 2, 3, 4, 7, 100].map((failures) => backoffDelay(failures, backoff, () => 1))).toEqual([
    100, 200, 400, 800, 5_000, 5_000,
  ]);
  expect([1, 2, 7].map((failures) => backoffDelay(failures, backoff, () => 0))).toEqual([50, 100, 2_500]);
});

test('the pause is always within its bounds', () => {
  fc.assert(
    fc.property(fc.nat(), (failures) => {
      const delay = backoffDelay(failures, backoff);
      expect(delay).toBeGreaterThanOrEqual(backoff.baseMs / 2);
      expect(delay).toBeLessThanOrEqual(backoff.maxMs);
    }),
  );
});

test('an abort ends a pause early, also if it came before the pause began', async () => {
  const stop = new AbortController();
  const long = { baseMs: 600_000, maxMs: 600_000 };
  await pauseAfter(1, { baseMs: 1, maxMs: 1 }, stop.signal);
  const pause = pauseAfter(1, long, stop.signal);
  stop.abort();
  await pause;
  await pauseAfter(1, long, stop.signal);
  await pauseAfter(1, { baseMs: 1, maxMs: 1 }, stop.signal, 600_000);
  expect(stop.signal.aborted).toBe(true);
});
