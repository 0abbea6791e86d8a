import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container, V1Probe } from '@kubernetes/client-node';
import { probe } from './probe';
import { LocalProcess } from './process';

/** `unready` is a replica that was ready before. */
export type ReplicaState = 'starting' | 'ready' | 'unready' | 'stopping' | 'ended';

export interface ReplicaStart {
  /** `comments-1` */
  readonly name: string;
  readonly number: number;
  readonly container: V1Container;
  readonly command: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** The ports of this machine, by the ports of the container. */
  readonly ports: ReadonlyMap<number, number>;
  /** The name of its container. Undefined for a process of this machine. */
  readonly containerName?: string;
  readonly onKill?: () => void;
  readonly onLine: (line: string) => void;
  /** Its state changed. */
  readonly onChange: () => void;
}

/** A starting program is asked often, so that its first request does not wait. */
const STARTING_MS = 100;

/** A timer that does not keep the process alive. */
const IDLE = { ref: false };

/** One process of a part, with its probes. */
export class Replica {
  readonly name: string;
  readonly number: number;
  /** Whether it became ready. Undecided until then, or until it ends. */
  readonly firstReady: Promise<boolean>;
  readonly ports: ReadonlyMap<number, number>;
  readonly process: LocalProcess;
  readonly startedAt = Date.now();
  #state: ReplicaState = 'starting';
  #decide: (isReady: boolean) => void = () => undefined;
  #isStopped = false;

  constructor(private readonly start: ReplicaStart) {
    this.name = start.name;
    this.number = start.number;
    this.firstReady = new Promise((resolve) => {
      this.#decide = resolve;
    });
    this.ports = start.ports;
    this.process = new LocalProcess(start);
    void this.process.ended.then(() => this.#is('ended'));
    void this.#watch();
  }

  get state(): ReplicaState {
    return this.#state;
  }

  /** Whether it was asked to end. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Gives it no new requests, and ends it. */
  async stop(grace: number): Promise<void> {
    this.#isStopped = true;
    if (this.#state === 'ended') return;
    this.#is('stopping');
    await this.process.stop(grace);
  }

  async #watch(): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = this.start.container;
    const allowed = (startupProbe?.failureThreshold ?? 60) * (startupProbe?.periodSeconds ?? 1) * 1_000;
    while (!(await this.#succeeds(readinessProbe))) {
      if (this.#isOver) return;
      if (Date.now() - this.startedAt > allowed) return this.#fail('The program did not become ready in time.');
      await sleep(STARTING_MS, undefined, IDLE);
    }
    if (this.#isOver) return;
    this.#is('ready');
    void this.#repeat(readinessProbe, (failed) => this.#is(failed ? 'unready' : 'ready'));
    void this.#repeat(livenessProbe, (failed) => failed && this.#fail('The liveness probe failed.'));
  }

  /** Runs a probe until the end. Reports a failure after as many failures as the chart allows. */
  async #repeat(check: V1Probe | undefined, report: (failed: boolean) => void): Promise<void> {
    if (!check) return;
    let failures = 0;
    while (!this.#isOver) {
      await sleep((check.periodSeconds ?? 10) * 1_000, undefined, IDLE);
      failures = (await this.#succeeds(check)) ? 0 : failures + 1;
      if (this.#isOver) return;
      if (failures === 0 || failures >= (check.failureThreshold ?? 3)) report(failures > 0);
    }
  }

  async #succeeds(check: V1Probe | undefined): Promise<boolean> {
    return check ? probe(check, this.start) : true;
  }

  #fail(why: string): void {
    this.start.onLine(`${why} It is replaced.`);
    this.process.kill();
  }

  get #isOver(): boolean {
    return this.#state === 'stopping' || this.#state === 'ended';
  }

  #is(state: ReplicaState): void {
    if (this.#state === state || this.#state === 'ended' || (this.#state === 'stopping' && state !== 'ended')) return;
    this.#state = state;
    if (state === 'ready' || state === 'ended') this.#decide(state === 'ready');
    this.start.onChange();
  }
}
