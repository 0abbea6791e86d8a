import type { Part } from '../model/part';
import { Replica, type ReplicaStart } from './replica';
import type { Turns } from './turns';

/** Makes what a new replica starts with. */
export type MakeReplica = () => Promise<Omit<ReplicaStart, 'name' | 'number' | 'container' | 'onLine' | 'onChange'>>;

export interface Watching {
  readonly onLine: (replica: string, line: string) => void;
  /** The state of a replica changed. */
  readonly onChange: (runner: PartRunner, replica: Replica) => void;
  /** A replica ended by itself. It starts again after some seconds. */
  readonly onCrash: (replica: string, code: number, seconds: number) => void;
  /** A replica with the new source did not become ready. The old ones continue. */
  readonly onRefused: (replica: string) => void;
}

const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 30_000;
/** A program that is not ready after this time waits for something. */
const LONGEST_TURN_MS = 3_000;
/** A replica that ran so long did not crash at its start. */
const STABLE_MS = 10_000;

/** The replicas of a part. */
export class PartRunner {
  readonly #replicas = new Set<Replica>();
  /** The replicas that start again later, by number. */
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #backOff = new Map<number, number>();
  #wanted = 0;
  #ends = 0;
  #isStopping = false;
  #rolling: Promise<void> = Promise.resolve();

  constructor(
    readonly part: Part,
    private readonly make: MakeReplica,
    private readonly watching: Watching,
    /** Programs that start at the same time would all be late. */
    private readonly turns: Turns,
  ) {}

  /** How many replicas there should be. */
  get wanted(): number {
    return this.#wanted;
  }

  /** How often a replica ended by itself. */
  get ends(): number {
    return this.#ends;
  }

  get replicas(): readonly Replica[] {
    return [...this.#replicas];
  }

  /** Starts the replica with this number, from 1. */
  start(number: number): void {
    this.#wanted = Math.max(this.#wanted, number);
    void this.#launch(number);
  }

  /** Starts or ends replicas, so that there are so many. */
  scale(wanted: number): void {
    const before = this.#wanted;
    this.#wanted = wanted;
    for (let number = before + 1; number <= wanted; number++) void this.#launch(number);
    for (const replica of this.#replicas) if (replica.number > wanted) void replica.stop(this.part.grace);
  }

  /** Replaces the replicas one after the other. An old one ends after its new one is ready. */
  roll(): Promise<void> {
    this.#rolling = this.#rolling.then(() => this.#roll());
    return this.#rolling;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.replicas.map((replica) => replica.stop(this.part.grace)));
  }

  /** Kills what did not end yet. */
  kill(): void {
    for (const replica of this.replicas) replica.process.kill();
  }

  async #roll(): Promise<void> {
    for (let number = 1; number <= this.#wanted && !this.#isStopping; number++) {
      const old = this.replicas.filter((replica) => replica.number === number);
      clearTimeout(this.#timers.get(number));
      this.#backOff.delete(number);
      // Without an old replica, the new one starts again until it works.
      if (this.part.endsFirst) await Promise.all(old.map((one) => one.stop(this.part.grace)));
      const isTrial = old.length > 0 && !this.part.endsFirst;
      const replica = await this.#launch(number, isTrial);
      if (!replica) return;
      if (!(await replica.firstReady) && isTrial) {
        this.watching.onRefused(replica.name);
        return;
      }
      await Promise.all(old.map((one) => one.stop(this.part.grace)));
    }
  }

  async #launch(number: number, isTrial = false): Promise<Replica | undefined> {
    const { part, watching } = this;
    const endTurn = await this.turns.take();
    const made = await this.make();
    if (this.#isStopping || number > this.#wanted) {
      endTurn();
      return undefined;
    }
    const name = `${part.name}-${number}`;
    const replica: Replica = new Replica({
      ...made,
      name,
      number,
      container: part.container,
      onLine: (line) => watching.onLine(name, line),
      onChange: () => {
        endTurn();
        watching.onChange(this, replica);
      },
    });
    setTimeout(endTurn, LONGEST_TURN_MS).unref();
    this.#replicas.add(replica);
    void this.#whenEnded(replica, isTrial);
    return replica;
  }

  /** A replica that ended by itself starts again. */
  async #whenEnded(replica: Replica, isTrial: boolean): Promise<void> {
    const code = await replica.process.ended;
    const { number, name } = replica;
    this.#replicas.delete(replica);
    const isRefused = isTrial && !(await replica.firstReady);
    if (this.#isStopping || replica.isStopped || isRefused || number > this.#wanted) return;
    this.#ends++;
    const ran = Date.now() - replica.startedAt;
    const wait = ran > STABLE_MS ? FIRST_BACK_OFF_MS : (this.#backOff.get(number) ?? FIRST_BACK_OFF_MS);
    this.#backOff.set(number, Math.min(wait * 2, LONGEST_BACK_OFF_MS));
    this.watching.onCrash(name, code, wait / 1_000);
    this.#timers.set(
      number,
      setTimeout(() => {
        this.#timers.delete(number);
        void this.#launch(number);
      }, wait),
    );
  }
}
