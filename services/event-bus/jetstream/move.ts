// The log in JetStream as the source or the target of a move. It is closed by sealing its streams, which is permanent. So
// before it can be the target again, its streams are deleted, and all events are copied.
import { setTimeout as sleep } from 'node:timers/promises';
import { AlreadyMoved, BYTES_AT_ONCE, ENTRIES_AT_ONCE } from '../movable.ts';
import type { LogState, MovableLog, MovedCursor, MovedLetter, Progress, TimedEntry } from '../movable.ts';
import { publicationOfEntry } from '../publication.ts';
import { callApi, infoOf, subjectsOf } from './api.ts';
import type { Cursor } from './cursors.ts';
import type { Letter } from './dead-letters.ts';
import { readAll, toEntry } from './entry.ts';
import { ANSWER_MS } from './link.ts';
import type { NatsLink } from './link.ts';
import type { JetStreamLog } from './log.ts';
import { PARTITIONS } from './names.ts';
import type { Names } from './names.ts';
import { createStreamsToFill, openStreams, sealStreams, stateOfStreams } from './streams.ts';
import { write } from './write.ts';

interface MoveParts {
  readonly link: NatsLink;
  readonly names: Names;
  readonly log: Pick<JetStreamLog, 'append'>;
  readonly replicas: number;
}

/** So many letters are small enough for one batch. */
const LETTERS_AT_ONCE = 100;

export class JetStreamMove implements MovableLog {
  readonly #parts: MoveParts;

  constructor(parts: MoveParts) {
    this.#parts = parts;
  }

  async state(): Promise<LogState> {
    return stateOfStreams(this.#parts.link, this.#parts.names);
  }

  async heads(): Promise<readonly number[]> {
    return Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => this.#head(partition)));
  }

  async entriesAfter(partition: number, offset: number): Promise<readonly TimedEntry[]> {
    const { link, names } = this.#parts;
    const range = { seq: offset + 1, limit: ENTRIES_AT_ONCE, bytes: BYTES_AT_ONCE };
    const messages = await readAll(link, names.partition(partition), range);
    return messages.map((message) => ({ ...toEntry(message), time: message.time }));
  }

  async closeForEvents(): Promise<void> {
    const { link, names, replicas } = this.#parts;
    await sealStreams(link, names, replicas, 'events');
    // A bus waits this long for an answer. What is stored later was not answered, so its publisher repeats it.
    await sleep(ANSWER_MS * 1.5);
  }

  async subscribers(): Promise<readonly string[]> {
    const { link, names } = this.#parts;
    const subjects = await subjectsOf(link, names.cursors, names.cursor('*', '*'));
    return [...new Set(subjects.map((subject) => subject.split('.').at(-2)!))];
  }

  async isClosedForDelivery(): Promise<boolean> {
    const { link, names } = this.#parts;
    return (await infoOf(link, names.cursors))?.config.sealed === true;
  }

  async closeForDelivery(): Promise<void> {
    const { link, names, replicas } = this.#parts;
    await sealStreams(link, names, replicas, 'cursors');
  }

  async progress(): Promise<Progress> {
    const { link, names } = this.#parts;
    const cursors: MovedCursor[] = [];
    for (const subject of await subjectsOf(link, names.cursors, names.cursor('*', '*'))) {
      const [subscriber, partition] = subject.split('.').slice(-2) as [string, string];
      const { state, accepted, faltered, retries } = JSON.parse((await this.#last(subject)).text) as Cursor;
      cursors.push({ subscriber, partition: Number(partition), state, accepted, faltered, retries });
    }
    const letters: MovedLetter[] = [];
    for (const subject of await subjectsOf(link, names.cursors, names.letter('*', '*', '*'))) {
      const [subscriber, partition] = subject.split('.').slice(-3) as [string, string, string];
      const letter = JSON.parse((await this.#last(subject)).text) as Letter | null;
      if (letter) letters.push({ subscriber, partition: Number(partition), ...letter });
    }
    return { cursors, letters };
  }

  async prepare(): Promise<void> {
    const { link, names, replicas } = this.#parts;
    await createStreamsToFill(link, names, replicas);
  }

  async store(partition: number, offset: number, entries: readonly TimedEntry[]): Promise<void> {
    const stored = await this.#parts.log.append(entries.map(publicationOfEntry));
    const head = await this.#head(partition);
    if (stored.includes('conflict') || head !== offset + entries.length)
      throw new Error(`partition ${partition} in JetStream has changed during the move`);
  }

  /**
   * One batch per cursor, only if the cursor is the version that was there while the log was filled. So if another command
   * has opened the log, and a bus has gone on with a cursor, the cursor stays as the bus wrote it.
   */
  async openWith({ cursors, letters }: Progress): Promise<void> {
    const { link, names, replicas } = this.#parts;
    const versions = new Map<string, number>();
    for (const subject of await subjectsOf(link, names.cursors, names.cursor('*', '*')))
      versions.set(subject, (await this.#last(subject)).seq);
    if ((await this.state()) === 'open') throw new AlreadyMoved();
    for (const { subscriber, partition, ...moved } of cursors) {
      const own = letters.filter((one) => one.subscriber === subscriber && one.partition === partition);
      const retryAt = moved.state.pending.length > 0 ? 0 : null;
      const rest = { dead: own.length, due: 0, retryAt, claimedAt: 0, asked: 0, lease: null };
      const payload = JSON.stringify({ ...moved, ...rest } satisfies Cursor);
      const subject = names.cursor(subscriber, partition);
      const stored = own.map((letter) => ({
        subject: names.letter(subscriber, partition, letter.offset),
        payload: JSON.stringify({ ...letter, subscriber: undefined, partition: undefined }),
      }));
      for (let start = 0; start === 0 || start < stored.length; start += LETTERS_AT_ONCE) {
        const cursor = { subject, payload, expected: versions.get(subject) ?? 0 };
        const seq = await write(link, [...stored.slice(start, start + LETTERS_AT_ONCE), cursor]);
        if (seq === undefined) throw new Error('another command moves the log to JetStream');
        versions.set(subject, seq);
      }
      // Later than the letters: a worker that sees this message sees the letters.
      if (own.some(({ state }) => state === 'asked'))
        await write(link, [{ subject: names.asked(subscriber, partition), payload: 'asked' }]);
    }
    await openStreams(link, names, replicas);
  }

  /** The leader answers, so nothing is missing. */
  async #head(partition: number): Promise<number> {
    const info = await infoOf(this.#parts.link, this.#parts.names.partition(partition));
    return info?.state.last_seq ?? 0;
  }

  /** The last message of a subject in the stream of the cursors. The leader answers, so no version is newer. */
  async #last(subject: string): Promise<{ readonly seq: number; readonly text: string }> {
    const { link, names } = this.#parts;
    const call = `STREAM.MSG.GET.${names.cursors}`;
    const { message } = await callApi<{ message: { seq: number; data: string } }>(link, call, {
      last_by_subj: subject,
    });
    return { seq: message.seq, text: Buffer.from(message.data, 'base64').toString('utf8') };
  }
}
