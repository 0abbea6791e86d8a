// The trace of the request that is being answered. Without telemetry there is none.
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';

/**
 * The attributes of an event that is created now: those of the CloudEvents extension "Distributed Tracing". Most work of
 * an event happens later and in other services.
 */
export function traceAttributes(): Record<string, string> {
  const attributes = {};
  propagation.inject(context.active(), attributes);
  return attributes;
}

/** Does work that belongs to no trace, although a request causes it. */
export function inNoTrace<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/** The names of the trace and the span in a log line. */
export function traceIds(): { trace_id?: string; span_id?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
