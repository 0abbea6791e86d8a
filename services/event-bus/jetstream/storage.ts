// Opens the log of a process: connects, and creates the streams.
import { pauseAfter } from '../../common/backoff.ts';
import { Unavailable } from '../../common/errors.ts';
import type { Service } from '../../common/run.ts';
import { JetStreamLog } from './log.ts';
import { JetStreamMove } from './move.ts';
import { NatsLink } from './link.ts';
import type { LinkParts } from './link.ts';
import { Names } from './names.ts';
import { createStreams } from './streams.ts';

export interface StorageParts extends LinkParts {
  /** The first part of the names of all streams and subjects. */
  readonly prefix: string;
  /** How many servers have a copy of each stream: 1, 3 or 5. */
  readonly replicas: number;
}

type Opened = NonNullable<Service['database']>;

export class JetStreamStorage implements Opened {
  readonly log: JetStreamLog;
  readonly link: NatsLink;
  readonly names: Names;
  readonly movable: JetStreamMove;
  readonly #parts: StorageParts;
  readonly #stop = new AbortController();
  #connecting: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  #ready = false;

  constructor(parts: StorageParts) {
    this.#parts = parts;
    this.link = new NatsLink(parts);
    this.names = new Names(parts.prefix);
    this.log = new JetStreamLog(this.link, this.names);
    this.movable = new JetStreamMove({ ...parts, link: this.link, names: this.names, log: this.log });
  }

  /** Connects in the background, and creates nothing. */
  connect(): void {
    this.#connecting ??= this.link.open();
  }

  /** Starts to connect in the background, and repeats until the streams exist. */
  start(): void {
    this.#starting ??= this.#open();
  }

  /** Resolves when the streams exist. */
  async started(): Promise<void> {
    this.start();
    await this.#starting;
  }

  /** Throws until the streams exist. */
  async check(): Promise<void> {
    if (!this.#ready) throw new Unavailable('the streams of the log do not exist yet');
  }

  /** There is only one connection, and the last requests need it. */
  drain(): void {}

  async close(): Promise<void> {
    this.#stop.abort();
    await this.link.close();
    await this.#connecting;
    await this.#starting;
  }

  async #open(): Promise<void> {
    const { logger, replicas } = this.#parts;
    this.connect();
    await this.#connecting;
    for (let failures = 1; !this.#stop.signal.aborted; failures++) {
      try {
        await createStreams(this.link, this.names, replicas);
        this.#ready = true;
        logger.info('the log is ready');
        return;
      } catch (err) {
        logger.warn({ err, failures }, 'the streams of the log do not exist yet');
        await pauseAfter(failures, { baseMs: 100, maxMs: 3_000 }, this.#stop.signal);
      }
    }
  }
}
