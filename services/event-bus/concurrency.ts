/** A fixed number of slots. A caller waits until a slot is free. */
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

/** Wakes one waiting caller. If no caller is waiting, the next one does not wait. */
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
