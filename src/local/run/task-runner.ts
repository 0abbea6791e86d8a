import type { LocalTask } from '../model/part';
import type { MakeReplica } from './part-runner';
import { LocalProcess } from './process';

export type TaskState = 'waiting' | 'running' | 'succeeded' | 'failed';

interface Watching {
  readonly onLine: (from: string, line: string) => void;
  readonly onEvent: (text: string) => void;
  /** Its state changed. */
  readonly onChange: () => void;
}

const FIRST_BACK_OFF_MS = 500;

/** Runs a task to its end, and again after a failure, as often as its chart allows. */
export class TaskRunner {
  #state: TaskState = 'waiting';
  readonly #processes = new Set<LocalProcess>();
  #isStopping = false;
  #runs = 0;
  /** Grows when runs are ended, so that they do not start again. */
  #ends = 0;

  constructor(
    readonly task: LocalTask,
    private readonly make: MakeReplica,
    private readonly watching: Watching,
  ) {}

  get state(): TaskState {
    return this.#state;
  }

  /** Whether a run has not ended. */
  get isRunning(): boolean {
    return this.#processes.size > 0;
  }

  /** One run, with its retries. */
  async run(): Promise<void> {
    const { task, watching } = this;
    const end = Date.now() + task.deadline * 1_000;
    const ends = this.#ends;
    this.#is('running');
    for (let attempt = 0; ; attempt++) {
      const code = await this.#attempt(end - Date.now());
      if (this.#isStopping || ends !== this.#ends) return;
      if (code === 0) {
        watching.onEvent(`${task.name} succeeded`);
        return this.#is('succeeded');
      }
      const wait = FIRST_BACK_OFF_MS * 2 ** attempt;
      if (attempt === task.retries || Date.now() + wait > end) {
        watching.onEvent(`${task.name} failed with code ${code}, attempt ${attempt + 1} of ${task.retries + 1}.`);
        return this.#is('failed');
      }
      watching.onEvent(`${task.name} ended with code ${code}. It starts again in ${wait / 1_000} s.`);
      await new Promise((resolve) => setTimeout(resolve, wait).unref());
    }
  }

  /** Ends what runs. */
  async end(): Promise<void> {
    this.#ends++;
    await Promise.all([...this.#processes].map((one) => one.stop(this.task.grace)));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.end();
  }

  kill(): void {
    for (const one of this.#processes) one.kill();
  }

  async #attempt(most: number): Promise<number> {
    const made = await this.make();
    if (this.#isStopping) return 0;
    const name = `${this.task.name}-${++this.#runs}`;
    const process = new LocalProcess({ ...made, onLine: (line) => this.watching.onLine(name, line) });
    this.#processes.add(process);
    const late = Number.isFinite(most) ? setTimeout(() => process.kill(), most) : undefined;
    const code = await process.ended;
    clearTimeout(late);
    this.#processes.delete(process);
    return code;
  }

  #is(state: TaskState): void {
    this.#state = state;
    this.watching.onChange();
  }
}
