import { setTimeout as sleep } from 'node:timers/promises';
import { Broken } from './promise';

export { sleep };

/**
 * Calls the function until it returns something other than undefined and false, and returns that. After the time limit,
 * throws an error with `what` and the last error.
 */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined | false>,
  pauseMs = 500,
): Promise<T> {
  const end = Date.now() + seconds * 1_000;
  for (let last: unknown; ; await sleep(pauseMs)) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      last = error;
    }
    if (Date.now() > end)
      throw new Broken(`Not within ${seconds} s: ${what}${last === undefined ? '' : ` (${(last as Error).message})`}`);
  }
}

/** The result of a promise, or an error after the time limit. */
export async function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
  const end = new AbortController();
  const late = sleep(seconds * 1_000, undefined, { signal: end.signal }).then(() => {
    throw new Broken(`no answer within ${seconds} s`);
  });
  late.catch(() => undefined);
  return Promise.race([promise, late]).finally(() => end.abort());
}

/** Seconds since a time of Date.now(), with one decimal. */
export function secondsSince(moment: number): number {
  return Math.round((Date.now() - moment) / 100) / 10;
}
