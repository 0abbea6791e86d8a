// Stores events. Two steps, because an id must be unique in all partitions:
//
// 1. Reserve the ids. The stream of the ids has one message per id, with the partition and the digest of the event. So
//    one content wins if several processes append the same id.
// 2. Store the events, one atomic batch per partition, so that they keep their order. The subject of an event is its id,
//    and the server stores a subject only if it has none.
//
// The server checks both conditions, so each event is stored once, whatever is repeated or delayed. If the process ends
// between the steps, the event is not stored, and its publisher gets no answer. The publisher repeats, finds the
// reservation with the same digest, and continues with step 2.
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelay } from '../../common/backoff.ts';
import { Unavailable } from '../../common/errors.ts';
import type { Publication, Stored } from '../log.ts';
import { partitionOf } from '../partition.ts';
import { hashOf, payloadOf } from './entry.ts';
import { APPEND_MS } from './heads.ts';
import type { Heads } from './heads.ts';
import type { NatsLink } from './link.ts';
import { PARTITIONS } from './names.ts';
import type { Names } from './names.ts';
import { readLast } from './read.ts';
import { MAX_MESSAGES, write } from './write.ts';

interface Item {
  readonly publication: Publication;
  readonly hash: string;
  readonly partition: number;
  /** The reservation is stored. `old`: it was there before, so the event may be there too. */
  reserved?: 'now' | 'old';
  result?: Stored;
}

/** No attempt begins later than this after the start of an append. Publishers wait 5 s for an answer. */
const ATTEMPTS_MS = 3_000;
const PAUSES = { baseMs: 10, maxMs: 500 };

/** How to store messages whose subjects must be new. */
interface Missing {
  readonly stream: string;
  readonly subjectOf: (item: Item) => string;
  readonly payloadOf: (item: Item) => string;
  readonly onStored: (items: readonly Item[], last: number) => void;
  /** The stream has a message with the subject already. */
  readonly onFound: (item: Item, payload: string) => void;
  readonly deadline: number;
}

export class Appender {
  readonly #link: NatsLink;
  readonly #names: Names;
  readonly #heads: Heads;

  constructor(link: NatsLink, names: Names, heads: Heads) {
    this.#link = link;
    this.#names = names;
    this.#heads = heads;
  }

  /** Tries for some seconds, for example while a stream elects its leader. That is safe, see above. */
  async append(publications: readonly Publication[]): Promise<readonly Stored[]> {
    const start = performance.now();
    const items = publications.map((publication): Item => ({
      publication,
      hash: hashOf(publication),
      partition: partitionOf(publication.subject, PARTITIONS),
    }));
    for (let failures = 1; ; failures++) {
      try {
        for (const round of withoutRepeats(items)) {
          await this.#reserve(round, start + ATTEMPTS_MS);
          await this.#store(round, start + ATTEMPTS_MS);
        }
        break;
      } catch (error) {
        if (!(error instanceof Unavailable) || performance.now() > start + ATTEMPTS_MS) throw error;
        await sleep(backoffDelay(failures, PAUSES));
      }
    }
    // Other processes rely on this limit, see heads.ts.
    if (performance.now() > start + APPEND_MS) throw new Unavailable('the log is too slow');
    return items.map(({ result }) => result!);
  }

  async #reserve(items: readonly Item[], deadline: number): Promise<void> {
    const payload = ({ partition, publication: { digest } }: Item) => `${partition} ${digest}`;
    await this.#storeMissing(
      items.filter(({ reserved, result }) => !reserved && !result),
      {
        stream: this.#names.ids,
        subjectOf: ({ hash }) => this.#names.id(hash),
        payloadOf: payload,
        onStored: (stored) => stored.forEach((item) => (item.reserved = 'now')),
        onFound: (item, found) => {
          if (found === payload(item)) item.reserved = 'old';
          else item.result = 'conflict';
        },
        deadline,
      },
    );
  }

  async #store(items: readonly Item[], deadline: number): Promise<void> {
    const left = items.filter(({ result }) => !result);
    const partitions = [...new Set(left.map(({ partition }) => partition))];
    const outcomes = await Promise.allSettled(
      partitions.map((id) => {
        const some = left.filter(({ partition }) => partition === id);
        return this.#storeIn(id, some, deadline);
      }),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #storeIn(partition: number, items: readonly Item[], deadline: number): Promise<void> {
    const stream = this.#names.partition(partition);
    const subjectOf = ({ hash }: Item) => this.#names.event(partition, hash);
    const old = items.filter(({ reserved }) => reserved === 'old');
    if (old.length > 0) {
      const found = await this.#read(stream, old.map(subjectOf));
      for (const item of old) if (found.has(subjectOf(item))) item.result = 'known';
      if (old.some(({ result }) => !result))
        await write(this.#link, [{ subject: this.#names.resumed(partition), payload: String(partition) }]);
    }
    await this.#storeMissing(
      items.filter(({ result }) => !result),
      {
        stream,
        subjectOf,
        payloadOf: ({ publication }) => payloadOf(publication),
        onStored: (stored, last) => {
          this.#heads.saw(partition, last);
          for (const item of stored) item.result = 'stored';
        },
        onFound: (item) => (item.result = 'known'),
        deadline,
      },
    );
  }

  async #storeMissing(items: readonly Item[], how: Missing): Promise<void> {
    let left = items;
    for (let failures = 1; left.length > 0;) {
      const some = left.slice(0, MAX_MESSAGES);
      const last = await write(
        this.#link,
        some.map((item) => ({ subject: how.subjectOf(item), payload: how.payloadOf(item), expected: 0 })),
      );
      if (last !== undefined) {
        how.onStored(some, last);
        left = left.slice(some.length);
        continue;
      }
      const found = await this.#read(how.stream, some.map(how.subjectOf));
      for (const item of some) {
        const payload = found.get(how.subjectOf(item));
        if (payload !== undefined) how.onFound(item, payload);
      }
      left = left.filter((item) => !found.has(how.subjectOf(item)));
      if (found.size > 0) continue;
      // Another process is storing one of them right now, or the replica that answered does not have it yet.
      if (performance.now() > how.deadline) throw new Unavailable('the log is too slow');
      await sleep(backoffDelay(failures++, PAUSES));
    }
  }

  async #read(stream: string, subjects: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const messages = await readLast(this.#link, stream, subjects);
    return new Map(messages.map(({ subject, text }) => [subject, text]));
  }
}

/** Divides the items into rounds without equal ids. Usually, all ids are different. */
function withoutRepeats(items: readonly Item[]): Item[][] {
  const rounds: Item[][] = [];
  const times = new Map<string, number>();
  for (const item of items) {
    const round = times.get(item.hash) ?? 0;
    times.set(item.hash, round + 1);
    (rounds[round] ??= []).push(item);
  }
  return rounds;
}
