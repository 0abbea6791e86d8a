import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container, V1Probe } from '@kubernetes/client-node';
import {
  probeFix,
  probeMessage,
  type FailedProbe,
  type ProbeFailure,
} from '../../constructs/microservice/pod/probe-report';
import { localPortOf, probe } from './probe';
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
/** A program that is not ready after this time probably has another path or port than its probe. */
const HINT_MS = 10_000;
/** A program that answers with 404 listens already, so it is probably the path. */
const PATH_HINT_MS = 2_000;

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
    let isHinted = false;
    for (let failure; (failure = await this.#failureOf(readinessProbe));) {
      if (this.#isOver) return;
      const waited = Date.now() - this.startedAt;
      const why = this.#report('readiness', failure);
      if (waited > allowed) return this.#fail(`The program did not become ready in time. ${why}`);
      const isWrongPath = failure.cause === 'status' && failure.status === 404;
      if (waited > (isWrongPath ? PATH_HINT_MS : HINT_MS) && !isHinted) {
        isHinted = true;
        this.start.onLine(`The program is not ready after ${Math.round(waited / 1_000)} s. ${why}`);
      }
      await sleep(STARTING_MS, undefined, IDLE);
    }
    if (this.#isOver) return;
    this.#is('ready');
    void this.#repeat(readinessProbe, (failed) => this.#is(failed ? 'unready' : 'ready'));
    void this.#repeat(livenessProbe, (failed) => failed && this.#fail(this.#report('liveness', failed)));
  }

  /** Runs a probe until the end. Reports a failure after as many failures as the chart allows. */
  async #repeat(check: V1Probe | undefined, report: (failure: ProbeFailure | undefined) => void): Promise<void> {
    if (!check) return;
    let failures = 0;
    while (!this.#isOver) {
      await sleep((check.periodSeconds ?? 10) * 1_000, undefined, IDLE);
      const failure = await this.#failureOf(check);
      failures = failure ? failures + 1 : 0;
      if (this.#isOver) return;
      if (failures === 0 || failures >= (check.failureThreshold ?? 3)) report(failure);
    }
  }

  async #failureOf(check: V1Probe | undefined): Promise<ProbeFailure | undefined> {
    return check && probe(check, this.start);
  }

  /** What fails, and how to fix it. */
  #report(kind: FailedProbe['kind'], failure: ProbeFailure): string {
    const { container, containerName } = this.start;
    const check = container[`${kind}Probe`];
    const localPort = check && containerName === undefined ? localPortOf(check, this.start) : undefined;
    const failed = { kind, container, failure, ...(localPort !== undefined && { localPort }) };
    return `${probeMessage(failed)} ${probeFix(failed)}`;
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
