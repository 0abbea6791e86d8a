// Pauses after failures. They double, with jitter, so that replicas that failed together do not retry together.
import { setTimeout } from 'node:timers/promises';

export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * The pause after `failures` failures in a row (1 or more): between 50 % and 100 % of `baseMs` doubled for each further
 * failure.
 */
export function backoffDelay(failures: number, { baseMs, maxMs }: Backoff, random: () => number = Math.random): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30));
  return Math.round(full / 2 + (full / 2) * random());
}

/**
 * Waits after `failures` failures in a row, and at least `minMs`. Returns early, without an error, when `signal`
 * aborts.
 */
export async function pauseAfter(failures: number, backoff: Backoff, signal: AbortSignal, minMs = 0): Promise<void> {
  const delay = Math.max(minMs, backoffDelay(failures, backoff));
  await setTimeout(delay, undefined, { signal }).catch(() => undefined);
}
