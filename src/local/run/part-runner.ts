import type { Part } from '../model/part';
import type { Turns } from './turns';
import { Replica, type ReplicaStart } from './replica';

type Makes = (number: number) => Promise<Omit<ReplicaStart, 'name' | 'container' | 'onLine' | 'onChange'>>;

export interface Watching {
  readonly onLine: (replica: string, line: string) => void;
  /** The state of a replica changed. */
  readonly onChange: (runner: PartRunner, replica: Replica) => void;
  /** A replica ended by itself. It starts again after some seconds. */
  readonly onCrash: (replica: string, code: number, seconds: number) => void;
}

const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 30_000;
/** A program that is not ready after this time waits for something. */
const LONGEST_TURN_MS = 3_000;
/** A replica that ran so long did not crash at its start. */
const STABLE_MS = 10_000;

/** The replicas of a part. */
export class PartRunner {
  readonly #replicas = new Map<number, Replica>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #backOff = new Map<number, number>();
  #isStopping = false;

  constructor(
    readonly part: Part,
    private readonly make: Makes,
    private readonly watching: Watching,
    /** Programs that start at the same time would all be late. */
    private readonly turns: Turns,
  ) {}

  get replicas(): readonly Replica[] {
    return [...this.#replicas.values()];
  }

  /** Starts the replica with this number, from 1. */
  start(number: number): void {
    void this.#start(number);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.replicas.map((replica) => replica.stop(this.part.grace)));
  }

  /** Kills what did not end yet. */
  kill(): void {
    for (const replica of this.replicas) replica.process.kill();
  }

  async #start(number: number): Promise<void> {
    const { part, watching } = this;
    const name = `${part.name}-${number}`;
    const endTurn = await this.turns.take();
    const made = await this.make(number);
    if (this.#isStopping) return endTurn();
    const replica = new Replica({
      ...made,
      name,
      container: part.container,
      onLine: (line) => watching.onLine(name, line),
      onChange: () => {
        endTurn();
        watching.onChange(this, replica);
      },
    });
    setTimeout(endTurn, LONGEST_TURN_MS).unref();
    this.#replicas.set(number, replica);
    const code = await replica.process.ended;
    if (this.#isStopping) return;
    const ran = Date.now() - replica.startedAt;
    const wait = ran > STABLE_MS ? FIRST_BACK_OFF_MS : (this.#backOff.get(number) ?? FIRST_BACK_OFF_MS);
    this.#backOff.set(number, Math.min(wait * 2, LONGEST_BACK_OFF_MS));
    watching.onCrash(name, code, wait / 1_000);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#start(number);
    }, wait);
    this.#timers.add(timer);
  }
}
