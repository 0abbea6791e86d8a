import { Unavailable } from '../common/errors.ts';
import type { CurrentPlace } from './current-place.ts';
import type { Claim, Log } from './log.ts';

/** The log in its current place. A claim belongs to the log that gave it out. */
export class CurrentLog implements Log {
  readonly #place: CurrentPlace;
  readonly #owners = new WeakMap<Claim, Log>();

  constructor(place: CurrentPlace) {
    this.#place = place;
  }

  append: Log['append'] = (publications) => this.#use((log) => log.append(publications));
  subscribe: Log['subscribe'] = (subscribers) => this.#use((log) => log.subscribe(subscribers));
  claim: Log['claim'] = (subscriber, leaseMs) =>
    this.#use(async (log) => this.#own(log, await log.claim(subscriber, leaseMs)));
  read: Log['read'] = (claim, limit, bytes) => this.#ownerOf(claim).read(claim, limit, bytes);
  readAt: Log['readAt'] = (claim, offsets) => this.#ownerOf(claim).readAt(claim, offsets);
  settle: Log['settle'] = async (claim, settlement, next) => {
    const log = this.#ownerOf(claim);
    return this.#own(log, await log.settle(claim, settlement, next));
  };
  renew: Log['renew'] = (claim, leaseMs) => this.#ownerOf(claim).renew(claim, leaseMs);
  release: Log['release'] = (claim) => this.#ownerOf(claim).release(claim);
  wake: Log['wake'] = (subscriber) => this.#use((log) => log.wake(subscriber));
  controls: Log['controls'] = (subscriber) => this.#use((log) => log.controls(subscriber));
  deadLetters: Log['deadLetters'] = (filter) => this.#use((log) => log.deadLetters(filter));
  deadLetter: Log['deadLetter'] = (letter) => this.#use((log) => log.deadLetter(letter));
  redrive: Log['redrive'] = (which) => this.#use((log) => log.redrive(which));
  status: Log['status'] = (subscribers) => this.#use((log) => log.status(subscribers));

  async #use<T>(work: (log: Log) => Promise<T>): Promise<T> {
    const { log } = this.#place.get();
    try {
      return await work(log);
    } catch (error) {
      if (error instanceof Unavailable) this.#place.lookAgain();
      throw error;
    }
  }

  #own(log: Log, claim: Claim | undefined): Claim | undefined {
    if (claim) this.#owners.set(claim, log);
    return claim;
  }

  #ownerOf(claim: Claim): Log {
    const owner = this.#owners.get(claim);
    if (!owner) throw new Error('the claim is not from this log');
    return owner;
  }
}
