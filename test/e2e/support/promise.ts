/** A promise of the blog does not hold: the message says which, and what was seen instead. */
export class Broken extends Error {
  constructor(
    message: string,
    readonly seen?: unknown,
  ) {
    super(seen === undefined ? message : `${message}\n${JSON.stringify(seen, undefined, 1).slice(0, 4_000)}`);
    this.name = 'Broken';
  }
}

/** The test cannot run: the message says why, and what to do. */
export class CannotRun extends Error {}

/** Throws unless it holds. */
export function holds(condition: unknown, promise: string, seen?: unknown): asserts condition {
  if (!condition) throw new Broken(`Broken: ${promise}`, seen);
}
