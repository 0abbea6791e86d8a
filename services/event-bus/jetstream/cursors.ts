// The cursors, and a copy of them in each process. Each cursor is the last message of its subject. It is only replaced if
// it is still the version that was read, so of two processes that change a cursor, one fails.
import type { CursorState } from '../log.ts';
import type { NatsLink } from './link.ts';
import type { Names } from './names.ts';
import { readRange } from './read.ts';
import type { StoredMessage } from './read.ts';
import { write } from './write.ts';
import type { Write } from './write.ts';

export interface Lease {
  readonly holder: string;
  readonly ms: number;
  /** Its end (clock of the log, ms). */
  readonly until: number;
}

export interface Cursor {
  readonly state: CursorState;
  readonly accepted: number;
  readonly faltered: number;
  readonly retries: number;
  /** The number of dead letters. */
  readonly dead: number;
  /** Fresh entries wait until this time (clock of the log, ms). */
  readonly due: number;
  /** The first pending entry is due at this time (clock of the log, ms). */
  readonly retryAt: number | null;
  readonly claimedAt: number;
  /** The sequence of the last request for a redrive whose letters are pending. */
  readonly asked: number;
  readonly lease: Lease | null;
}

/** A version of a cursor. */
export interface KnownCursor {
  readonly partition: number;
  readonly seq: number;
  readonly cursor: Cursor;
  /** When this process saw this version first (clock of this process). */
  readonly seen: number;
}

const AT_ONCE = 500;

export class Cursors {
  readonly #link: NatsLink;
  readonly #names: Names;
  readonly #cursors = new Map<string, Map<number, KnownCursor>>();
  /** The sequence of the last request for a redrive, by its subject. */
  readonly #asked = new Map<string, number>();
  #read = 0;

  constructor(link: NatsLink, names: Names) {
    this.#link = link;
    this.#names = names;
  }

  of(subscriber: string): readonly KnownCursor[] {
    return [...(this.#cursors.get(subscriber)?.values() ?? [])];
  }

  asked(subscriber: string, partition: number): number {
    return this.#asked.get(this.#names.asked(subscriber, partition)) ?? 0;
  }

  /** Reads what changed. */
  async refresh(): Promise<void> {
    for (;;) {
      const range = await readRange(this.#link, this.#names.cursors, {
        seq: this.#read + 1,
        filter: this.#names.work,
        limit: AT_ONCE,
      });
      if (!range) return;
      for (const message of range.messages) this.#learn(message);
      this.#read = Math.max(this.#read, range.last);
      if (range.pending === 0) return;
    }
  }

  /** Reads the newest version of one cursor. */
  async readOne(subscriber: string, partition: number): Promise<KnownCursor | undefined> {
    const filter = this.#names.cursor(subscriber, partition);
    const seq = this.#cursors.get(subscriber)?.get(partition)?.seq ?? 1;
    const range = await readRange(this.#link, this.#names.cursors, { seq, filter, limit: 1 });
    for (const message of range?.messages ?? []) this.#learn(message);
    return this.#cursors.get(subscriber)?.get(partition);
  }

  /** Replaces a version, and stores `more` together with it. Returns undefined if there is another version already. */
  async replace(
    subscriber: string,
    { partition, seq }: Pick<KnownCursor, 'partition' | 'seq'>,
    cursor: Cursor,
    more: readonly Write[] = [],
  ): Promise<KnownCursor | undefined> {
    const start = performance.now();
    const subject = this.#names.cursor(subscriber, partition);
    const last = await write(this.#link, [{ subject, payload: JSON.stringify(cursor), expected: seq }, ...more]);
    if (last === undefined) return undefined;
    const known = { partition, seq: last - more.length, cursor, seen: start };
    this.#keep(subscriber, known);
    return known;
  }

  #learn({ subject, seq, text }: StoredMessage): void {
    const [kind, subscriber, partition] = subject.split('.').slice(-3) as [string, string, string];
    if (kind === 'asked') this.#asked.set(subject, seq);
    else
      this.#keep(subscriber, {
        partition: Number(partition),
        seq,
        cursor: JSON.parse(text) as Cursor,
        seen: performance.now(),
      });
  }

  #keep(subscriber: string, known: KnownCursor): void {
    const all = this.#cursors.get(subscriber) ?? new Map<number, KnownCursor>();
    this.#cursors.set(subscriber, all);
    const before = all.get(known.partition);
    if (!before || before.seq < known.seq) all.set(known.partition, known);
  }
}
