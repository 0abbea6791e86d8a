import type { IncomingMessage } from 'node:http';
import type { Span } from './span';
import { newSpanId, traceContextOf, traceparentOf } from './trace-context';
import type { TraceStore } from './trace-store';

type TracedRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** A call that runs. */
export interface TracedCall {
  /** The headers that make the work of the program a part of the trace. */
  readonly headers: Readonly<Record<string, string>>;
  /** Called with the status of the answer: 0 if there was none. */
  readonly end: (status: number) => void;
}

/** Makes a span of each call, for programs that make none. */
export class Tracer {
  constructor(private readonly store: TraceStore) {}

  begin(from: string, to: string, { method, url, headers }: TracedRequest): TracedCall {
    const context = traceContextOf(headers);
    const parent = context.parent ?? this.store.lastOf(context.trace, from)?.id;
    const span: Span = {
      trace: context.trace,
      id: newSpanId(),
      name: `${method ?? 'GET'} ${(url ?? '/').replace(/[?#].*$/s, '')}`,
      part: to,
      from,
      start: now(),
      hasFailed: false,
      ...(parent !== undefined && { parent }),
      ...(context.requestId !== undefined && { requestId: context.requestId }),
    };
    this.store.put(span);
    return {
      headers: {
        traceparent: traceparentOf(span.trace, span.id),
        ...(context.requestId !== undefined && { 'x-request-id': context.requestId }),
      },
      end: (status) => this.store.put({ ...span, end: now(), status, hasFailed: status === 0 || status >= 500 }),
    };
  }
}

/** More exact than Date.now(), so that spans of less than a millisecond have an order. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
