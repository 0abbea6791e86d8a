import type { Kill } from './kill';
import { randomOf } from './random';

/** A replica that can be killed. */
export interface KillTarget {
  /** `comments-1` */
  readonly name: string;
  /** Only replicas that are ready are killed. */
  readonly isReady: boolean;
  /** Kills it. Resolves when it has ended. */
  kill(): Promise<unknown>;
}

/** What the kills act on. */
interface KillScene {
  /** The wanted replicas of a part, or of all parts for `*`, always in the same order. */
  readonly targets: (part: string) => readonly KillTarget[];
  readonly onKill: (name: string) => void;
}

/** Kills replicas at intervals. The seed decides which ones. */
export class KillPlan {
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #ends: Promise<unknown>[] = [];
  #killed = 0;

  constructor(
    private readonly seed: number,
    private readonly kills: readonly Kill[],
  ) {}

  /** How many replicas were killed so far. */
  get killed(): number {
    return this.#killed;
  }

  start({ targets, onKill }: KillScene): void {
    for (const [place, { part, every }] of this.kills.entries()) {
      const random = randomOf(`${this.seed} kill ${place} ${part}`);
      const act = () => {
        const all = targets(part);
        const first = Math.floor(random() * all.length);
        // If the chosen replica is not ready, the next one is killed.
        const target = [...all.slice(first), ...all.slice(0, first)].find(({ isReady }) => isReady);
        if (!target) return;
        this.#killed++;
        onKill(target.name);
        this.#ends.push(target.kill());
      };
      this.#timers.push(setInterval(act, every * 1_000).unref());
    }
  }

  /** Kills nothing any more. Resolves when all killed replicas have ended. */
  async end(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.all(this.#ends.splice(0));
  }
}
