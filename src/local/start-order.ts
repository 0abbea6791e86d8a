import type { Caller } from '../links/endpoint';

/** Lets parts and tasks start when everything before them is done. */
export class StartOrder {
  #waiting: (() => void)[] = [];

  constructor(
    /** Whether a task succeeded, or a part is ready. */
    private readonly isDone: (caller: Caller) => boolean,
  ) {}

  /** Resolves when it may start. */
  async turnOf(caller: Caller): Promise<void> {
    while (!caller.startsAfter.every((other) => this.isDone(other)))
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Looks again, after a state changed. */
  look(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
