import type { Fault } from './fault';
import { randomOf } from './random';

/** What happens to one call. */
export type Effect = Pick<Fault, 'delay' | 'error' | 'cut'>;

/** Decides which calls go wrong. With the same seed, the same ones of each pair of parts do. */
export class FaultPlan {
  readonly #faults: Fault[];
  readonly #random = new Map<string, () => number>();
  #applied = 0;

  constructor(
    readonly seed: number,
    faults: readonly Fault[],
  ) {
    this.#faults = [...faults];
  }

  /** How many calls went wrong so far. */
  get applied(): number {
    return this.#applied;
  }

  /** Replaces the faults of one call. */
  set(from: string, to: string, fault: Omit<Fault, 'from' | 'to'> | undefined): void {
    const others = this.#faults.filter((one) => one.from !== from || one.to !== to);
    this.#faults.splice(0, this.#faults.length, ...others, ...(fault ? [{ from, to, ...fault }] : []));
  }

  /** The fault that is set for a call. */
  of(from: string, to: string): Fault | undefined {
    // The last one that was set wins.
    return this.#faults.findLast((one) => [from, '*'].includes(one.from) && [to, '*'].includes(one.to));
  }

  /** From now on, nothing goes wrong. */
  end(): void {
    this.#faults.length = 0;
  }

  /** What happens to the next call. */
  next(from: string, to: string): Effect | undefined {
    const fault = this.of(from, to);
    if (!fault) return undefined;
    const key = `${from} ${to}`;
    const random = this.#random.get(key) ?? randomOf(`${this.seed} ${key}`);
    this.#random.set(key, random);
    if (random() >= fault.share) return undefined;
    this.#applied++;
    return fault;
  }
}
