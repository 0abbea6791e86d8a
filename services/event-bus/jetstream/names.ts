/** The same number as in PostgreSQL. It never changes, because it determines the partition of each subject. */
export const PARTITIONS = 16;

/** The names of the streams and the subjects. A token of a subject is a hash, a number, or the name of a subscriber. */
export class Names {
  readonly #prefix: string;
  /** The stream with the reserved ids. */
  readonly ids: string;
  /** The stream with the cursors and the dead letters. */
  readonly cursors: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.ids = `${prefix}_IDS`;
    this.cursors = `${prefix}_CURSORS`;
  }

  /** The stream of a partition. The sequence of a message is the offset of the event. */
  partition(partition: number): string {
    return `${this.#prefix}_${partition}`;
  }

  event(partition: number, hash: string): string {
    return `${this.#prefix}.events.${partition}.${hash}`;
  }

  id(hash: string): string {
    return `${this.#prefix}.ids.${hash}`;
  }

  /** A message with this subject says that the event of an older reservation may be stored soon. */
  resumed(partition: number | '*'): string {
    return `${this.#prefix}.resumed.${partition}`;
  }

  /** The cursors and the requests for a redrive. */
  get work(): string {
    return `${this.#prefix}.work.>`;
  }

  cursor(subscriber: string, partition: number | '*'): string {
    return `${this.#prefix}.work.cursor.${subscriber}.${partition}`;
  }

  /** A message with this subject says that dead letters of the partition are to be delivered again. */
  asked(subscriber: string, partition: number | '*'): string {
    return `${this.#prefix}.work.asked.${subscriber}.${partition}`;
  }

  letter(subscriber: string, partition: number | '*', offset: number | '*'): string {
    return `${this.#prefix}.dead.${subscriber}.${partition}.${offset}`;
  }
}
