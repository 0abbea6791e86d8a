/** A number of slots; who asks for one waits until one is free. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(slots: number) {
    this.#free = slots;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}

/** Wakes one of those who wait; if nobody waits, the next one to come does not wait. */
export class Signal {
  #set = false;
  readonly #waiting: (() => void)[] = [];

  notify(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#set = true;
  }

  async wait(): Promise<void> {
    if (!this.#set) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#set = false;
  }
}
