import { isDue } from '../model/due';
import type { TaskRunner } from './task-runner';

const MINUTE_MS = 60_000;

/** Starts tasks at the times of their schedules. */
export class CronClock {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly runners: readonly TaskRunner[],
    private readonly onEvent: (text: string) => void,
  ) {}

  start(): void {
    if (this.runners.length === 0) return;
    const wait = MINUTE_MS - (Date.now() % MINUTE_MS);
    this.#timer = setTimeout(() => {
      this.#minute(new Date());
      this.start();
    }, wait).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #minute(now: Date): void {
    for (const runner of this.runners) {
      const { name, times } = runner.task;
      if (times && isDue(times.schedule, times.timeZone, now)) {
        if (runner.isRunning && times.concurrency === 'forbid')
          this.onEvent(`${name} is due, but its previous run has not ended. This run is left out.`);
        else void this.#run(runner, times.concurrency === 'replace');
      }
    }
  }

  async #run(runner: TaskRunner, replaces: boolean): Promise<void> {
    if (replaces) await runner.end();
    await runner.run();
  }
}
