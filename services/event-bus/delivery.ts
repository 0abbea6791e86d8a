import { pauseAfter } from '../common/backoff.ts';
import type { Client } from '../common/client.ts';
import type { Log as Logger } from '../common/log.ts';
import type { Worker } from '../common/run.ts';
import { deliverTo } from './deliver.ts';
import type { Log, Settlement } from './log.ts';
import { SubscriberWorker } from './worker.ts';
import type { Tuning } from './worker.ts';

interface Subscriber {
  readonly name: string;
  readonly url: string;
}

export interface DeliveryParts {
  readonly log: Log;
  readonly client: Client;
  readonly subscribers: readonly Subscriber[];
  readonly tuning: Tuning;
  readonly logger: Logger;
  readonly observe?: (subscriber: string, settlement: Settlement) => void;
}

/** Delivers to all subscribers independently, as soon as their cursors exist. */
export class Delivery implements Worker {
  readonly #parts: DeliveryParts;
  readonly #workers: readonly SubscriberWorker[];
  readonly #stop = new AbortController();
  #starting: Promise<void> | undefined;
  #subscribed = false;

  constructor(parts: DeliveryParts) {
    const { log, client, subscribers, tuning, logger, observe } = parts;
    this.#parts = parts;
    this.#workers = subscribers.map(
      ({ name, url }) =>
        new SubscriberWorker({
          subscriber: name,
          log,
          deliver: deliverTo(client, url),
          tuning,
          logger,
          observe: (settlement) => observe?.(name, settlement),
        }),
    );
  }

  start(): void {
    this.#starting ??= this.#subscribe();
  }

  wake(): void {
    for (const worker of this.#workers) worker.wake();
  }

  /** Throws until every subscriber has its cursors. */
  async check(): Promise<void> {
    if (!this.#subscribed) throw new Error('the cursors of the subscribers do not exist yet');
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#starting;
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    this.#parts.client.close();
  }

  async #subscribe(): Promise<void> {
    const { log, logger, subscribers } = this.#parts;
    for (let failures = 1; !this.#stop.signal.aborted; failures++) {
      try {
        await log.subscribe(subscribers.map(({ name }) => name));
        this.#subscribed = true;
        for (const worker of this.#workers) worker.start();
        return;
      } catch (err) {
        if (failures === 5) logger.warn({ err }, 'the log is not available yet');
        await pauseAfter(failures, { baseMs: 50, maxMs: 2_000 }, this.#stop.signal);
      }
    }
  }
}
