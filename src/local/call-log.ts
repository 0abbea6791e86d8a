/** The measurements of one call of the charts. */
export interface CallFigures {
  readonly from: string;
  readonly to: string;
  readonly isDeclared: boolean;
  /** Since the start. */
  readonly total: number;
  /** Of the last ten seconds. */
  readonly perSecond: number;
  /** Answers with 5xx, since the start. */
  readonly failed: number;
  /** The milliseconds of the slower half and of the slowest hundredth, of the last answers. Undefined without any. */
  readonly p50?: number;
  readonly p99?: number;
}

interface Call {
  readonly from: string;
  readonly to: string;
  readonly isDeclared: boolean;
  total: number;
  failed: number;
  /** The times of the last calls. */
  readonly times: number[];
  readonly ms: number[];
}

const LAST = 1_000;
const WINDOW_MS = 10_000;

/** The calls of the charts: how often they happened, how long they took, and which others were refused. */
export class CallLog {
  readonly #calls = new Map<string, Call>();

  /** A call that the charts declare. */
  declare(from: string, to: string): void {
    this.#call(from, to, true);
  }

  made(from: string, to: string): void {
    count(this.#call(from, to, true));
  }

  /** The answer to a call by HTTP. */
  answered(from: string, to: string, status: number, ms: number): void {
    const call = this.#call(from, to, true);
    if (status >= 500) call.failed++;
    push(call.ms, ms);
  }

  /** A call that the charts do not declare. Returns whether it is the first time. */
  refused(from: string, to: string): boolean {
    const call = this.#call(from, to, false);
    count(call);
    return call.total === 1;
  }

  get neverMade(): string[] {
    return this.#titles(({ isDeclared, total }) => isDeclared && total === 0);
  }

  get notDeclared(): string[] {
    return this.#titles(({ isDeclared }) => !isDeclared);
  }

  figures(now = Date.now()): CallFigures[] {
    return [...this.#calls.values()].map(({ from, to, isDeclared, total, failed, times, ms }) => {
      const recent = times.filter((time) => time > now - WINDOW_MS).length;
      const sorted = ms.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
      return {
        from,
        to,
        isDeclared,
        total,
        failed,
        perSecond: Math.round(recent / (WINDOW_MS / 10_000)) / 10,
        ...(sorted.length > 0 && { p50: at(0.5), p99: at(0.99) }),
      };
    });
  }

  #call(from: string, to: string, isDeclared: boolean): Call {
    const key = `${from} ${to} ${isDeclared}`;
    const known = this.#calls.get(key);
    if (known) return known;
    const call = { from, to, isDeclared, total: 0, failed: 0, times: [], ms: [] };
    this.#calls.set(key, call);
    return call;
  }

  #titles(matches: (call: Call) => boolean): string[] {
    return [...this.#calls.values()].filter(matches).map(({ from, to }) => `${from} → ${to}`);
  }
}

function count(call: Call): void {
  call.total++;
  push(call.times, Date.now());
}

function push(values: number[], value: number): void {
  values.push(value);
  if (values.length > LAST) values.shift();
}
