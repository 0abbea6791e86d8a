/** Which brace closes which one, in a text with variables. The text is read once, on the first question. */
export class Braces {
  #all: ReadonlyMap<number, number> | undefined;
  #variables: ReadonlyMap<number, number> | undefined;

  constructor(private readonly text: string) {}

  /**
   * The index of the brace that closes the one at `open`, before `to`. As in Compose, braces in a default count if they are
   * closed: `${A:-{"b": {}}}`. Otherwise only those of variables count: `${A:-b{c}`.
   */
  closing(open: number, to: number): number | undefined {
    this.#all ??= this.#pairs(() => true);
    const end = this.#all.get(open);
    if (end !== undefined && end < to) return end;
    this.#variables ??= this.#pairs((i) => this.text[i - 1] === '$');
    const other = this.#variables.get(open);
    return other !== undefined && other < to ? other : undefined;
  }

  #pairs(counts: (i: number) => boolean): Map<number, number> {
    const pairs = new Map<number, number>();
    const open: number[] = [];
    for (let i = 0; i < this.text.length; i++) {
      if (this.text[i] === '{' && counts(i)) open.push(i);
      else if (this.text[i] === '}' && open.length > 0) pairs.set(open.pop()!, i);
    }
    return pairs;
  }
}
