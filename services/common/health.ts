// Liveness: the process answers. Readiness: the process has started and is not ending. A dependency that all replicas
// share does not make a started service unready: all replicas would become unready together, and the gateway would have
// no replica that answers 503.

export interface Readiness {
  readonly ready: boolean;
  /** Why the service is unready. Empty if it is ready. */
  readonly reasons: readonly string[];
}

export class Health {
  #draining = false;
  readonly #checks = new Map<string, () => Promise<void>>();
  readonly #checkMs: number;

  /** A check that takes longer than `checkMs` counts as failed. */
  constructor(checkMs = 2_000) {
    this.#checkMs = checkMs;
  }

  /** Adds a check that throws until the service can work. Once it has passed, it is not repeated. */
  beforeReady(name: string, check: () => Promise<void>): void {
    this.#checks.set(name, check);
  }

  /** Makes the service unready permanently. */
  drain(): void {
    this.#draining = true;
  }

  get draining(): boolean {
    return this.#draining;
  }

  async readiness(): Promise<Readiness> {
    if (this.#draining) return { ready: false, reasons: ['draining'] };
    const checks = [...this.#checks].map(async ([name, check]) => {
      try {
        await withTimeout(check(), this.#checkMs);
        this.#checks.delete(name);
        return [];
      } catch (error) {
        return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
      }
    });
    const reasons = (await Promise.all(checks)).flat();
    return { ready: reasons.length === 0, reasons };
  }
}

async function withTimeout(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds} ms`)), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
