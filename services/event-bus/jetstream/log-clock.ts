// The clock of the log is the clock of the server that leads the stream of the cursors. The bus compares it with its own
// steady clock now and then. So the clocks of the replicas of the bus do not have to agree.
import { callApi } from './api.ts';
import type { StreamInfo } from './api.ts';
import type { NatsLink } from './link.ts';

interface Comparison {
  /** The clock of the server (ms) at a moment between `sent` and `received` of the own clock. */
  readonly server: number;
  readonly sent: number;
  readonly received: number;
}

const EVERY_MS = 10_000;
/** An exact comparison is kept for this time. Then the next one replaces it: clocks drift, and servers change. */
const KEEP_MS = 60_000;
const FIRST_COMPARISONS = 3;

export class LogClock {
  readonly #link: NatsLink;
  readonly #stream: string;
  #best: Comparison | undefined;
  #compared = -Infinity;
  #last = 0;

  constructor(link: NatsLink, stream: string) {
    this.#link = link;
    this.#stream = stream;
  }

  /** Compares the clocks, if it is time to. */
  async update(): Promise<void> {
    if (performance.now() - this.#compared < EVERY_MS) return;
    for (let left = this.#best ? 1 : FIRST_COMPARISONS; left > 0; left--) await this.#compare();
  }

  /** The time now (ms), or a little earlier. It never goes back. */
  now(): number {
    const { server, received } = this.#known();
    this.#last = Math.max(this.#last, server + performance.now() - received);
    return this.#last;
  }

  /** The time now (ms), or a little later. */
  latest(): number {
    const { server, sent } = this.#known();
    return Math.max(this.#last, server + performance.now() - sent);
  }

  #known(): Comparison {
    if (!this.#best) throw new Error('the clock was not compared yet');
    return this.#best;
  }

  async #compare(): Promise<void> {
    const sent = performance.now();
    const { ts } = await callApi<StreamInfo>(this.#link, `STREAM.INFO.${this.#stream}`);
    const received = performance.now();
    this.#compared = received;
    const isBetter =
      !this.#best ||
      received - sent <= this.#best.received - this.#best.sent ||
      received - this.#best.received > KEEP_MS;
    if (isBetter) this.#best = { server: Date.parse(ts), sent, received };
  }
}
