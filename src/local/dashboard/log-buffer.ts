/** A line of a program, or something that happened. */
export interface LogEntry {
  readonly number: number;
  readonly time: number;
  /** The replica. Empty for an event of the local run. */
  readonly from: string;
  readonly line: string;
}

/** The last lines of all programs. */
export class LogBuffer {
  readonly #entries: LogEntry[] = [];
  #next = 1;

  constructor(private readonly most: number) {}

  add(from: string, line: string): void {
    this.#entries.push({ number: this.#next++, time: Date.now(), from, line });
    // Not one by one: removing the first entry moves all others.
    if (this.#entries.length > this.most * 1.5) this.#entries.splice(0, this.#entries.length - this.most);
  }

  /** The entries after the one with this number, at most the last ones. */
  after(number: number): LogEntry[] {
    const first = this.#entries[0]?.number ?? 0;
    return this.#entries.slice(Math.max(0, number + 1 - first, this.#entries.length - this.most));
  }
}
