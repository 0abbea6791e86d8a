import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPlan } from './faults/fault-plan';
import type { KillPlan } from './faults/kill-plan';
import { LocalProcess } from './run/process';

/** The result of a check. */
export interface Verdict {
  readonly passed: boolean;
  /** The exit code of the command. Without it, the command did not run, because not every part became ready. */
  readonly code?: number;
  /** The calls that happened, although the charts do not declare them. */
  readonly notDeclared: readonly string[];
  /** The parts that did not have all their replicas ready in time. */
  readonly notReady: readonly string[];
  /** How many calls went wrong on purpose. */
  readonly faults: number;
  /** How many replicas were killed on purpose. */
  readonly killed: number;
  readonly seed: number;
}

interface LocalCheckOptions {
  readonly command: string;
  /** The folder in which the command runs. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly run: {
    /** The parts that do not have all their replicas ready now. */
    readonly notReady: readonly string[];
    readonly calls: { readonly notDeclared: readonly string[] };
  };
  readonly faults: Pick<FaultPlan, 'seed' | 'applied' | 'end'>;
  readonly kills: Pick<KillPlan, 'killed' | 'end'>;
  readonly onLine: (line: string) => void;
  /** How long the parts may take to become ready again, in seconds. @default 30 */
  readonly recovery?: number;
  /** How long the parts may take to become ready the first time, in seconds. @default 180 */
  readonly start?: number;
}

export const RECOVERY_SECONDS = 30;
const START_SECONDS = 180;
/** How long the command may take to end after Ctrl-C. */
const GRACE_SECONDS = 5;
const LOOK_MS = 100;

/** A command that checks the application while faults and kills happen. */
export class LocalCheck {
  #process: LocalProcess | undefined;
  #isStopped = false;

  constructor(private readonly options: LocalCheckOptions) {}

  /** Resolves when the parts have had enough time to start. The result is that the check failed. */
  async tooLate(): Promise<Verdict> {
    await sleep((this.options.start ?? START_SECONDS) * 1_000, undefined, { ref: false });
    return this.#verdict(undefined, this.options.run.notReady);
  }

  /** Runs the command, ends the faults and kills, and waits for the parts. Undefined if it was stopped. */
  async run(gateway: string | undefined): Promise<Verdict | undefined> {
    if (this.#isStopped) return undefined;
    const { command, folder, environment, faults, kills, onLine } = this.options;
    const variables = { ...environment, CALLSIGN_GATEWAY: gateway };
    this.#process = new LocalProcess({
      command: ['sh', '-c', WITH_ITS_CHILDREN, 'sh', command],
      folder,
      env: Object.fromEntries(
        Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
      onLine,
    });
    const code = await this.#process.ended;
    faults.end();
    await kills.end();
    const notReady = await this.#afterRecovery();
    return this.#isStopped ? undefined : this.#verdict(code, notReady);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#process?.stop(GRACE_SECONDS);
  }

  kill(): void {
    this.#process?.kill();
  }

  /** The parts that are not ready after the time that they have for it. */
  async #afterRecovery(): Promise<readonly string[]> {
    const { run, recovery = RECOVERY_SECONDS } = this.options;
    const end = Date.now() + recovery * 1_000;
    while (run.notReady.length > 0 && Date.now() < end && !this.#isStopped)
      await sleep(LOOK_MS, undefined, { ref: false });
    return run.notReady;
  }

  #verdict(code: number | undefined, notReady: readonly string[]): Verdict {
    const { run, faults, kills } = this.options;
    const { notDeclared } = run.calls;
    return {
      passed: code === 0 && notDeclared.length === 0 && notReady.length === 0,
      ...(code !== undefined && { code }),
      notDeclared,
      notReady,
      faults: faults.applied,
      killed: kills.killed,
      seed: faults.seed,
    };
  }
}

/** A command of the shell can have several processes. All of them are asked to end. */
const WITH_ITS_CHILDREN = `
trap 'trap - TERM; kill -TERM 0' TERM
sh -c "$1" &
wait $!`;
