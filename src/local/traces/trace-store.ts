import type { Span } from './span';

/** A trace in the list. */
export interface TraceSummary {
  readonly id: string;
  /** The name of its first span. */
  readonly name: string;
  readonly part: string;
  readonly requestId?: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** From the first start to the last end. */
  readonly ms: number;
  readonly spans: number;
  /** How many parts took part. */
  readonly parts: number;
  readonly hasFailed: boolean;
}

/** A span, and how many spans above it caused it. */
export interface PlacedSpan extends Span {
  readonly depth: number;
}

/** The last traces. */
export class TraceStore {
  readonly #traces = new Map<string, Map<string, Span>>();
  #version = 0;

  constructor(
    private readonly most = 500,
    private readonly mostSpans = 1_000,
  ) {}

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** Adds a span, or replaces it when it has ended. */
  put(span: Span): void {
    this.#version++;
    let spans = this.#traces.get(span.trace);
    if (!spans) {
      spans = new Map();
      this.#traces.set(span.trace, spans);
      if (this.#traces.size > this.most) this.#traces.delete(this.#traces.keys().next().value!);
    }
    if (spans.size < this.mostSpans || spans.has(span.id)) spans.set(span.id, span);
  }

  /** The span of a part that started last: what the part does now is probably because of it. */
  lastOf(trace: string, part: string): Span | undefined {
    let last: Span | undefined;
    for (const span of this.#traces.get(trace)?.values() ?? [])
      if (span.part === part && (!last || span.start >= last.start)) last = span;
    return last;
  }

  /** The newest traces, and the newest of them first. */
  summaries(count = this.most): TraceSummary[] {
    const last = [...this.#traces].slice(-count);
    return last.map(([id, spans]) => summaryOf(id, [...spans.values()])).toReversed();
  }

  /** The spans of a trace, each after the one that caused it. */
  spansOf(trace: string): PlacedSpan[] {
    const spans = [...(this.#traces.get(trace)?.values() ?? [])].toSorted((a, b) => a.start - b.start);
    const known = new Set(spans.map(({ id }) => id));
    const placed: PlacedSpan[] = [];
    const seen = new Set<string>();
    const place = (span: Span, depth: number): void => {
      // A program can send spans that cause each other.
      if (seen.has(span.id)) return;
      seen.add(span.id);
      placed.push({ ...span, depth });
      for (const child of spans) if (child.parent === span.id) place(child, depth + 1);
    };
    for (const span of spans) if (span.parent === undefined || !known.has(span.parent)) place(span, 0);
    for (const span of spans) place(span, 0);
    return placed;
  }
}

function summaryOf(id: string, spans: readonly Span[]): TraceSummary {
  const first = spans.reduce((least, span) => (span.start < least.start ? span : least));
  const end = Math.max(...spans.map((span) => span.end ?? span.start));
  const requestId = spans.find((span) => span.requestId !== undefined)?.requestId;
  return {
    id,
    name: first.name,
    part: first.part,
    start: first.start,
    ms: end - first.start,
    spans: spans.length,
    parts: new Set(spans.map(({ part }) => part)).size,
    hasFailed: spans.some(({ hasFailed }) => hasFailed),
    ...(requestId !== undefined && { requestId }),
  };
}
