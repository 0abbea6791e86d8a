// What a process does last, after its requests and workers: it sends the rest of its spans.
import { setTimeout as sleep } from 'node:timers/promises';

const works: (() => Promise<void>)[] = [];
/** The process does not wait longer than this for a collector that does not answer. */
const PATIENCE_MS = 2_000;

export function beforeExit(work: () => Promise<void>): void {
  works.push(work);
}

/** Never throws. */
export async function runBeforeExit(): Promise<void> {
  if (works.length > 0) await Promise.race([Promise.allSettled(works.map((work) => work())), sleep(PATIENCE_MS)]);
}
