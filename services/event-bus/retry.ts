import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats work of a command for a minute, for example while a server restarts. Errors that are final are thrown at once. */
export async function retry<T>(work: () => Promise<T>, isFinal: (error: unknown) => boolean = () => false): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (failures >= 120 || isFinal(error)) throw error;
      await sleep(500);
    }
  }
}
