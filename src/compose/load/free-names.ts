/** Gives each name once. A taken name gets a number. */
export class FreeNames {
  readonly #taken = new Set<string>();
  /** The number to try next, by name, so that many equal names take little time. */
  readonly #next = new Map<string, number>();

  /** Reserves a name as it is. */
  add(name: string): void {
    this.#taken.add(name);
  }

  isTaken(name: string): boolean {
    return this.#taken.has(name);
  }

  /** A free name: `wanted`, or `wanted` with an ending: first `second`, then a number. */
  take(wanted: string, second = '2'): string {
    let name = wanted;
    const key = `${wanted} ${second}`;
    let n = this.#next.get(key) ?? 2;
    for (; this.#taken.has(name); n++) name = `${wanted}-${n === 2 ? second : n}`;
    this.#next.set(key, n);
    this.#taken.add(name);
    return name;
  }
}
