/** How often the calls of the charts were made, and which other calls were refused. */
export class CallLog {
  readonly #made = new Map<string, number>();
  readonly #refused = new Map<string, number>();

  /** A call that the charts declare: `comments → event-bus`. */
  declare(call: string): void {
    if (!this.#made.has(call)) this.#made.set(call, 0);
  }

  made(call: string): void {
    this.#made.set(call, (this.#made.get(call) ?? 0) + 1);
  }

  /** Returns whether it is the first time. */
  refused(call: string): boolean {
    const times = this.#refused.get(call) ?? 0;
    this.#refused.set(call, times + 1);
    return times === 0;
  }

  get neverMade(): string[] {
    return [...this.#made].filter(([, times]) => times === 0).map(([call]) => call);
  }

  get notDeclared(): string[] {
    return [...this.#refused.keys()];
  }
}

/** The name of a call in the log. */
export function callName(from: string, to: string): string {
  return `${from} → ${to}`;
}
