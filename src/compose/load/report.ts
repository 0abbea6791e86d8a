import { leavesOf, type Node, type Spot } from './node';

/** What became of a key: it holds in the chart as well, nearly, or not at all. */
export type Status = 'converted' | 'approximated' | 'refused';

/** What became of one key of the input. */
export interface Entry {
  readonly status: Status;
  readonly file: string;
  readonly line: number;
  /** The key, such as `services.web.ports[0]`. */
  readonly path: string;
  /** Why, or what it became; nothing where the chart says the same. */
  readonly why?: string;
}

const WEIGHT: Record<Status, number> = { converted: 0, approximated: 1, refused: 2 };

/**
 * What becomes of every key of every file that is read. A key that nobody has spoken for at the end is refused: nothing is dropped
 * in silence, whatever is forgotten here.
 */
export class ImportReport {
  readonly #spots = new Map<Spot, { status: Status; why?: string } | undefined>();

  /** Takes up all keys below a node. */
  add(node: Node): void {
    for (const { spot } of leavesOf(node)) this.#spots.set(spot, undefined);
  }

  /** The chart says the same. */
  converted(node: Node | undefined, why?: string): void {
    this.#mark(node, 'converted', why);
  }

  /** The chart says nearly the same. */
  approximated(node: Node | undefined, why: string): void {
    this.#mark(node, 'approximated', why);
  }

  /** The chart does not say it. */
  refused(node: Node | undefined, why: string): void {
    this.#mark(node, 'refused', why);
  }

  /** Says of everything below the node that nothing was said of yet. */
  rest(node: Node | undefined, status: Status, why?: string): void {
    for (const { spot } of node ? leavesOf(node) : [])
      if (this.#spots.has(spot) && this.#spots.get(spot) === undefined) this.#spots.set(spot, { status, why });
  }

  /** Every key once, in the order of the input. */
  entries(): Entry[] {
    return [...this.#spots].map(([{ place, path }, said]) => ({
      ...(said ?? { status: 'refused', why: 'Nothing in the chart comes of it.' }),
      file: place.file,
      line: place.line,
      path,
    }));
  }

  /** A key may serve several services: the worst that happens to it counts. */
  #mark(node: Node | undefined, status: Status, why: string | undefined): void {
    for (const { spot } of node ? leavesOf(node) : []) {
      // What was written out for another key stands in no file.
      if (!this.#spots.has(spot)) continue;
      const before = this.#spots.get(spot);
      if (before && (WEIGHT[before.status] > WEIGHT[status] || (before.status === status && before.why !== undefined)))
        continue;
      this.#spots.set(spot, { status, ...(why && { why }) });
    }
  }
}
