/** A promise of the blog is broken. The message contains the promise and what was measured. */
export class Broken extends Error {
  constructor(
    message: string,
    readonly seen?: unknown,
  ) {
    super(seen === undefined ? message : `${message}\n${JSON.stringify(seen, undefined, 1).slice(0, 4_000)}`);
    this.name = 'Broken';
  }
}

/** The test cannot run. The message contains the reason and the fix. */
export class CannotRun extends Error {}

/** Throws if the condition is false. */
export function holds(condition: unknown, promise: string, seen?: unknown): asserts condition {
  if (!condition) throw new Broken(`Broken: ${promise}`, seen);
}
