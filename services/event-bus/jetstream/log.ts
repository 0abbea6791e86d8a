import type { Entry, Log } from '../log.ts';
import { Appender } from './append.ts';
import { Claims } from './claims.ts';
import { controlsOf } from './controls.ts';
import { Cursors } from './cursors.ts';
import { DeadLetters } from './dead-letters.ts';
import { entriesAt, readAll, toEntry } from './entry.ts';
import { Heads } from './heads.ts';
import { LogClock } from './log-clock.ts';
import type { NatsLink } from './link.ts';
import type { Names } from './names.ts';
import { JetStreamReplay } from './replay.ts';
import { statusOf } from './status.ts';

export class JetStreamLog implements Log {
  readonly #link: NatsLink;
  readonly #names: Names;
  readonly #heads: Heads;
  readonly #cursors: Cursors;
  readonly #appender: Appender;
  readonly #letters: DeadLetters;
  readonly #claims: Claims;
  readonly replayCursors: JetStreamReplay;

  constructor(link: NatsLink, names: Names) {
    this.#link = link;
    this.#names = names;
    this.#heads = new Heads(link, names);
    this.#cursors = new Cursors(link, names);
    this.#appender = new Appender(link, names, this.#heads);
    this.#letters = new DeadLetters(link, names);
    const clock = new LogClock(link, names.cursors);
    const parts = { cursors: this.#cursors, heads: this.#heads, letters: this.#letters };
    this.#claims = new Claims({ ...parts, clock });
    this.replayCursors = new JetStreamReplay({ ...parts, link, names, claims: this.#claims });
  }

  append: Log['append'] = (publications) => this.#appender.append(publications);
  subscribe: Log['subscribe'] = (subscribers) => this.#claims.subscribe(subscribers);
  claim: Log['claim'] = (subscriber, leaseMs) => this.#claims.claim(subscriber, leaseMs);
  settle: Log['settle'] = (claim, settlement, next) => this.#claims.settle(claim, settlement, next);
  renew: Log['renew'] = (claim, leaseMs) => this.#claims.renew(claim, leaseMs);
  release: Log['release'] = (claim) => this.#claims.release(claim);
  wake: Log['wake'] = (subscriber) => this.#claims.wake(subscriber);
  deadLetters: Log['deadLetters'] = (filter) => this.#letters.list(filter);
  deadLetter: Log['deadLetter'] = (letter) => this.#letters.find(letter);
  redrive: Log['redrive'] = (which) => this.#letters.redrive(which);

  read: Log['read'] = async ({ partition, state }, limit, bytes) => {
    const stream = this.#names.partition(partition);
    const entries = (await readAll(this.#link, stream, { seq: state.position + 1, limit, bytes })).map(toEntry);
    const read: Entry[] = [];
    let size = 0;
    for (const entry of entries) {
      if (size >= bytes) break;
      read.push(entry);
      size += Buffer.byteLength(entry.body);
    }
    return read;
  };

  readAt: Log['readAt'] = async ({ partition }, offsets) =>
    (await entriesAt(this.#link, this.#names, partition, offsets)).map(toEntry);

  controls: Log['controls'] = async (subscriber) => {
    await this.#claims.refresh();
    const cursors = this.#cursors.of(subscriber);
    return controlsOf({ link: this.#link, names: this.#names, letters: this.#letters, subscriber, cursors });
  };

  status: Log['status'] = async (subscribers) => {
    await Promise.all([this.#claims.refresh(), this.#heads.refreshAll()]);
    return statusOf(this.#heads, this.#cursors, subscribers);
  };
}
