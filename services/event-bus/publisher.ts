import { HttpError, Unavailable } from '../common/errors.ts';
import { inNoTrace } from '../common/trace.ts';
import type { Log, Publication, Stored } from './log.ts';

interface Waiting {
  readonly publication: Publication;
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_BATCH = 500;
const MAX_BATCH_BYTES = 1024 * 1024;
/**
 * If more than this is waiting, the log is too slow. New events are then refused at once, so that memory does not grow.
 */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

/**
 * Stores published events in batches, one transaction at a time. A batch contains all events that arrived during the
 * previous transaction. With many publishers the batches grow, not the number of transactions, and each batch waits for
 * the disk only once.
 */
export class Publisher {
  readonly #log: Pick<Log, 'append'>;
  readonly #onStored: () => void;
  #queue: Waiting[] = [];
  #waitingBytes = 0;
  #running = false;

  constructor(log: Pick<Log, 'append'>, onStored: () => void) {
    this.#log = log;
    this.#onStored = onStored;
  }

  publish(publication: Publication): Promise<Stored> {
    if (this.#waitingBytes > MAX_WAITING_BYTES)
      return Promise.reject(new Unavailable('too many events are waiting to be stored'));
    this.#waitingBytes += publication.body.length;
    const stored = new Promise<Stored>((resolve, reject) => this.#queue.push({ publication, resolve, reject }));
    // A batch has events of many traces.
    if (!this.#running) void inNoTrace(() => this.#run());
    return stored;
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Requests that arrive together are read in one turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) await this.#store(this.#nextBatch());
    this.#running = false;
  }

  async #store(batch: readonly (readonly Waiting[])[]): Promise<void> {
    try {
      const results = await this.#log.append(batch.map(([first]) => first!.publication));
      if (results.includes('stored')) this.#onStored();
      for (const [index, waiting] of batch.entries()) {
        const result = results[index]!;
        for (const [place, { resolve }] of waiting.entries())
          resolve(result === 'stored' && place > 0 ? 'known' : result);
      }
    } catch (error) {
      // The error is not temporary, so one event causes it. Store each event alone, so that the others succeed.
      if (batch.length > 1 && !(error instanceof HttpError)) {
        for (const waiting of batch) await this.#store([waiting]);
        return;
      }
      for (const { reject } of batch.flat()) reject(error);
    }
  }

  /**
   * Equal publications share one place. Other content with the same id waits for the next batch, when the first one is
   * already stored.
   */
  #nextBatch(): Waiting[][] {
    const batch = new Map<string, Waiting[]>();
    const later: Waiting[] = [];
    let bytes = 0;
    for (const waiting of this.#queue) {
      const { source, id, digest, body } = waiting.publication;
      const key = JSON.stringify([source, id]);
      const same = batch.get(key);
      const full = batch.size >= MAX_BATCH || bytes >= MAX_BATCH_BYTES;
      if (same ? same[0]!.publication.digest !== digest : full) {
        later.push(waiting);
        continue;
      }
      this.#waitingBytes -= body.length;
      if (same) same.push(waiting);
      else {
        batch.set(key, [waiting]);
        bytes += body.length;
      }
    }
    this.#queue = later;
    return [...batch.values()];
  }
}
