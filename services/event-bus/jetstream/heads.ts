// The last offset of each partition. Events of other processes must be seen at once, and to ask 16 streams at every poll
// would be too much. But a reservation in the stream of the ids precedes every event. So a poll reads the new
// reservations, and asks only the partitions that have a reservation without an event.
import type { NatsLink } from './link.ts';
import { PARTITIONS } from './names.ts';
import type { Names } from './names.ts';
import { readRange } from './read.ts';

/**
 * An append ends within this time after its first reservation, or fails. After that, nobody waits for the event of a
 * reservation.
 */
export const APPEND_MS = 8_000;
/** All partitions are asked this often, for events that were stored later than that. */
const ALL_MS = 5_000;
const IDS_AT_ONCE = 100;

interface Partition {
  readonly id: number;
  head: number;
  /**
   * The reservations without an event. Less than 0 if an event was seen before its reservation. Infinite if the number is
   * not known.
   */
  open: number;
  /** When the last reservation was seen (clock of this process). */
  since: number;
  /** At the last poll, `open` was less than 0. */
  ahead: boolean;
}

export class Heads {
  readonly #link: NatsLink;
  readonly #names: Names;
  readonly #partitions = Array.from({ length: PARTITIONS }, (_, id): Partition => ({
    id,
    head: 0,
    open: Infinity,
    since: -Infinity,
    ahead: false,
  }));
  /** The last message in the stream of the ids that was seen. */
  #seen = 0;
  #askedAll = -Infinity;

  constructor(link: NatsLink, names: Names) {
    this.#link = link;
    this.#names = names;
  }

  of(partition: number): number {
    return this.#partitions[partition]!.head;
  }

  saw(partition: number, head: number): void {
    const known = this.#partitions[partition]!;
    if (head <= known.head) return;
    known.open -= head - known.head;
    known.head = head;
  }

  /** Finds the events whose appends ended before the call. */
  async refresh(): Promise<void> {
    for (const partition of this.#partitions) forgetExpired(partition);
    const isAll = performance.now() - this.#askedAll > ALL_MS;
    const asked = isAll ? this.#partitions : this.#partitions.filter(({ open }) => open > 0);
    await Promise.all([this.#readReservations(), isAll ? this.refreshAll() : this.#ask(asked)]);
    await this.#ask(this.#partitions.filter((partition) => partition.open > 0 && !asked.includes(partition)));
  }

  async refreshAll(): Promise<void> {
    const start = performance.now();
    await this.#ask(this.#partitions);
    this.#askedAll = start;
  }

  async refreshOne(partition: number): Promise<void> {
    await this.#ask([this.#partitions[partition]!]);
  }

  async #readReservations(): Promise<void> {
    const range = await readRange(this.#link, this.#names.ids, { seq: this.#seen + 1, limit: IDS_AT_ONCE });
    if (!range) return;
    const since = performance.now();
    if (range.pending > 0)
      for (const partition of this.#partitions) Object.assign(partition, { open: Infinity, since });
    for (const { seq, subject, text } of range.messages) {
      if (seq <= this.#seen) continue;
      const partition = this.#partitions[Number.parseInt(text, 10)]!;
      partition.since = since;
      partition.open += subject === this.#names.resumed(partition.id) ? Infinity : 1;
    }
    this.#seen = Math.max(this.#seen, range.last + range.pending);
  }

  async #ask(partitions: readonly Partition[]): Promise<void> {
    const start = performance.now();
    await Promise.all(
      partitions.map(async (partition) => {
        const { id, head } = partition;
        const range = await readRange(this.#link, this.#names.partition(id), { seq: head + 1, limit: 1 });
        if (range) this.saw(id, range.last + range.pending);
        if (partition.open > 0 && start - partition.since > APPEND_MS) partition.open = 0;
      }),
    );
  }
}

/** An event that is still ahead of its reservation after a poll belongs to a reservation that nobody waited for. */
function forgetExpired(partition: Partition): void {
  if (partition.open < 0 && partition.ahead) partition.open = 0;
  partition.ahead = partition.open < 0;
}
