// Finds the place of the log, and follows it when it moves. The places say themselves whether their log is open, so all
// replicas agree, also those that run during a move.
import { pauseAfter } from '../common/backoff.ts';
import { Unavailable } from '../common/errors.ts';
import type { Log as Logger } from '../common/log.ts';
import type { JetStreamPlace, OpenLog, Places, PostgresPlace, Storage } from './places.ts';

type AnyPlace = PostgresPlace | JetStreamPlace;

interface Current extends OpenLog {
  readonly place: AnyPlace;
}

export class CurrentPlace implements Storage {
  readonly #places: Places;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #current: Current | undefined;
  #reason: unknown;
  #starting: Promise<void> | undefined;
  #looking: Promise<void> | undefined;

  constructor(places: Places, logger: Logger) {
    this.#places = places;
    this.#logger = logger;
  }

  start(): void {
    this.#starting ??= this.#findFirst();
  }

  async started(): Promise<void> {
    this.start();
    await this.#starting;
  }

  /** The reason is the one of the storage if there is only one. */
  async check(): Promise<void> {
    const [only, ...others] = this.#all();
    if (others.length === 0) await only!.storage.check();
    await this.get().place.storage.check();
  }

  drain(): void {
    for (const { storage } of this.#all()) storage.drain();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#all().map(({ storage }) => storage.close()));
    await Promise.all([this.#starting, this.#looking]);
  }

  /** The place of the log now. Throws until it is known. */
  get(): Current {
    if (!this.#current) throw new Unavailable(reasonOf(this.#reason), this.#reason);
    return this.#current;
  }

  /** Looks whether the log has moved. Call it when the log is unavailable. */
  lookAgain(): void {
    if (!this.#current || this.#stop.signal.aborted) return;
    this.#looking ??= this.#look()
      .catch(() => undefined)
      .finally(() => (this.#looking = undefined));
  }

  async #findFirst(): Promise<void> {
    for (let failures = 1; !this.#stop.signal.aborted; failures++) {
      try {
        await this.#look();
        return;
      } catch (err) {
        this.#reason = err;
        if (failures === 5) this.#logger.warn({ err }, 'the log cannot be used yet');
        await pauseAfter(failures, { baseMs: 50, maxMs: 1_000 }, this.#stop.signal);
      }
    }
  }

  async #look(): Promise<void> {
    const place = await this.#find();
    if (place === this.#current?.place) return;
    await place.storage.started();
    if (this.#current) this.#logger.info({ place: place.name }, 'the log has moved');
    this.#current = { place, ...place.open() };
  }

  async #find(): Promise<AnyPlace> {
    const { postgres, jetstream } = this.#places;
    if (!postgres) return jetstream!;
    if (jetstream) {
      jetstream.connect();
      const state = await jetstream.movable.state();
      if (state === 'open') return jetstream;
      postgres.connect();
      if (state === 'none' && (await postgres.movable.closeIfEmpty())) return jetstream;
    }
    if (!jetstream) await postgres.storage.started();
    if ((await postgres.movable.state()) === 'open') return postgres;
    const configured = jetstream ? 'is not finished' : 'has brought it to JetStream, or is not finished';
    throw new Unavailable(`the log in PostgreSQL is closed: a move ${configured}`);
  }

  #all(): readonly AnyPlace[] {
    const { postgres, jetstream } = this.#places;
    return [postgres, jetstream].filter((place) => place !== undefined);
  }
}

const reasonOf = (reason: unknown): string =>
  reason instanceof Unavailable ? reason.message : 'the place of the log is not known yet';
