// Waiting after failures: doubling, with jitter so that copies that failed together do not return together.

export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** How long to wait after the given number of failures in a row (from 1): between half and all of the doubled base. */
export function backoffDelay(failures: number, { baseMs, maxMs }: Backoff, random: () => number = Math.random): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30));
  return Math.round(full / 2 + (full / 2) * random());
}

/** Sleeps; an abort ends it early without an error. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
  });
}
