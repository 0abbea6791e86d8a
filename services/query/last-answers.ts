// A cache of the last answers. While the database is unavailable, readers get these instead of an error.
import { Unavailable } from '../common/errors.ts';

export interface Answer {
  readonly body: string;
  /** The age of the answer in whole seconds. 0 for a new answer. */
  readonly age: number;
}

export class LastAnswers {
  readonly #kept = new Map<string, { body: string; at: number }>();
  readonly #most: number;
  readonly #patienceMs: number;

  /** Keeps the `most` newest answers. If the database takes longer than `patienceMs`, a kept answer is returned. */
  constructor(most = 100, patienceMs = 1_000) {
    this.#most = most;
    this.#patienceMs = patienceMs;
  }

  /**
   * Returns the result of `ask`, or the last result for the same key if `ask` is too slow or the database is
   * unavailable.
   */
  async get(key: string, ask: () => Promise<string>): Promise<Answer> {
    const asked = ask().then((body) => this.#keep(key, body));
    const kept = this.#kept.get(key);
    if (!kept) return asked;
    const old = (): Answer => ({ body: kept.body, age: Math.floor((Date.now() - kept.at) / 1_000) });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Answer>((resolve) => {
      timer = setTimeout(() => resolve(old()), this.#patienceMs);
    });
    const instead = (error: unknown): Answer => {
      if (!(error instanceof Unavailable)) throw error;
      return old();
    };
    return Promise.race([asked.catch(instead), late]).finally(() => clearTimeout(timer));
  }

  #keep(key: string, body: string): Answer {
    // Keeps the map in order of age, oldest first.
    this.#kept.delete(key);
    this.#kept.set(key, { body, at: Date.now() });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
    }
    return { body, age: 0 };
  }
}
