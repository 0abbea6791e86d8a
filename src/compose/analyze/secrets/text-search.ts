/** Searches texts for many words at once. */
export class TextSearch {
  readonly #short: readonly string[];
  /** The longer words, by their start. */
  readonly #byStart = new Map<string, string[]>();

  constructor(words: readonly string[]) {
    const all = [...new Set(words)];
    this.#short = all.filter((word) => word.length < START);
    for (const word of all.filter(({ length }) => length >= START)) {
      const start = word.slice(0, START);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), word]);
    }
  }

  /** Whether a text contains one of the words. */
  findsIn(text: string): boolean {
    if (this.#short.some((word) => text.includes(word))) return true;
    // With few words, the search of the engine is faster.
    if (this.#byStart.size < START) return [...this.#byStart.values()].flat().some((word) => text.includes(word));
    for (let i = 0; i + START <= text.length; i++)
      if (this.#byStart.get(text.slice(i, i + START))?.some((word) => text.startsWith(word, i))) return true;
    return false;
  }
}

/** How many characters of a word its start has. */
const START = 6;
