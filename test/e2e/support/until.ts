import { setTimeout as sleep } from 'node:timers/promises';
import { Broken } from './promise';

export { sleep };

/**
 * Asks again and again until the answer is something, and returns it. Throws what is said by `what` once the time is
 * over, with the last error if there was one.
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

/** Seconds since a moment of Date.now(), to a tenth. */
export function secondsSince(moment: number): number {
  return Math.round((Date.now() - moment) / 100) / 10;
}
