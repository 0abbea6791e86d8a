// The log in JetStream as the source or the target of a move. It is closed by sealing its streams, which is permanent. So
// before it can be the target again, its streams are deleted, and all events are copied.
import { setTimeout as sleep } from 'node:timers/promises';
import { BYTES_AT_ONCE, ENTRIES_AT_ONCE } from '../movable.ts';
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
import type { Write } from './write.ts';

interface MoveParts {
  readonly link: NatsLink;
  readonly names: Names;
  readonly log: Pick<JetStreamLog, 'append'>;
  readonly replicas: number;
}

/** So many cursors and letters are small enough for one batch. */
const WRITES_AT_ONCE = 100;

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

  async closeForDelivery(): Promise<void> {
    const { link, names, replicas } = this.#parts;
    await sealStreams(link, names, replicas, 'cursors');
  }

  async progress(): Promise<Progress> {
    const { link, names } = this.#parts;
    const cursors: MovedCursor[] = [];
    for (const subject of await subjectsOf(link, names.cursors, names.cursor('*', '*'))) {
      const [subscriber, partition] = subject.split('.').slice(-2) as [string, string];
      const { state, accepted, faltered, retries } = JSON.parse(await this.#last(subject)) as Cursor;
      cursors.push({ subscriber, partition: Number(partition), state, accepted, faltered, retries });
    }
    const letters: MovedLetter[] = [];
    for (const subject of await subjectsOf(link, names.cursors, names.letter('*', '*', '*'))) {
      const [subscriber, partition] = subject.split('.').slice(-3) as [string, string, string];
      const letter = JSON.parse(await this.#last(subject)) as Letter | null;
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

  async openWith({ cursors, letters }: Progress): Promise<void> {
    const { link, names, replicas } = this.#parts;
    await callApi(link, `STREAM.PURGE.${names.cursors}`);
    const asked = letters.filter(({ state }) => state === 'asked');
    await this.#writeAll([
      ...letters.map(({ subscriber, partition, ...letter }) => ({
        subject: names.letter(subscriber, partition, letter.offset),
        payload: JSON.stringify(letter satisfies Letter),
      })),
      ...cursors.map(({ subscriber, partition, ...moved }) => {
        const dead = letters.filter((one) => one.subscriber === subscriber && one.partition === partition).length;
        const retryAt = moved.state.pending.length > 0 ? 0 : null;
        const cursor: Cursor = { ...moved, dead, due: 0, retryAt, claimedAt: 0, asked: 0, lease: null };
        return { subject: names.cursor(subscriber, partition), payload: JSON.stringify(cursor) };
      }),
    ]);
    // Later than the letters: a worker that sees this message sees the letters.
    await this.#writeAll(
      [...new Set(asked.map(({ subscriber, partition }) => names.asked(subscriber, partition)))].map((subject) => ({
        subject,
        payload: 'asked',
      })),
    );
    await openStreams(link, names, replicas);
  }

  async #writeAll(writes: readonly Write[]): Promise<void> {
    for (let start = 0; start < writes.length; start += WRITES_AT_ONCE)
      await write(this.#parts.link, writes.slice(start, start + WRITES_AT_ONCE));
  }

  /** The leader answers, so nothing is missing. */
  async #head(partition: number): Promise<number> {
    const info = await infoOf(this.#parts.link, this.#parts.names.partition(partition));
    return info?.state.last_seq ?? 0;
  }

  /** The last message of a subject in the stream of the cursors. The leader answers, so no version is newer. */
  async #last(subject: string): Promise<string> {
    const { link, names } = this.#parts;
    const call = `STREAM.MSG.GET.${names.cursors}`;
    const { message } = await callApi<{ message: { data: string } }>(link, call, { last_by_subj: subject });
    return Buffer.from(message.data, 'base64').toString('utf8');
  }
}
