// Live: the process answers. Ready: it can do its work. A dependency that is away makes a service unready, never dead.

export interface Readiness {
  readonly ready: boolean;
  /** Why not, in words; empty when ready. */
  readonly reasons: readonly string[];
}

export class Health {
  #draining = false;
  readonly #checks = new Map<string, () => Promise<void>>();
  readonly #checkMs: number;

  /** A check that takes longer counts as one that failed. */
  constructor(checkMs = 2_000) {
    this.#checkMs = checkMs;
  }

  /** A check throws as long as the service can not work. */
  add(name: string, check: () => Promise<void>): void {
    this.#checks.set(name, check);
  }

  /** From now on unready, for good. */
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
