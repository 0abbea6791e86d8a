import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Where a request belongs. */
export interface TraceContext {
  readonly trace: string;
  /** The span of the caller. Undefined if the caller does not know it. */
  readonly parent?: string;
  readonly requestId?: string;
}

export const newSpanId = (): string => randomBytes(8).toString('hex');

/**
 * The trace of a request: by its `traceparent`, or else by its request id, which programs pass on more often. So work
 * that happens later, for an event with the same request id, belongs to the same trace.
 */
export function traceContextOf({ traceparent, 'x-request-id': requestId }: IncomingHttpHeaders): TraceContext {
  const given = typeof requestId === 'string' && requestId !== '' ? requestId : undefined;
  const [, trace, parent] = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/.exec(String(traceparent)) ?? [];
  if (trace !== undefined && parent !== undefined && /[^0]/.test(trace))
    return { trace, parent, ...(given !== undefined && { requestId: given }) };
  // A new id, which the program passes on.
  const id = given ?? randomUUID();
  return { trace: traceOf(id), requestId: id };
}

/** The header that tells a program to which span its work belongs. */
export function traceparentOf(trace: string, span: string): string {
  return `00-${trace}-${span}-01`;
}

function traceOf(requestId: string): string {
  const digits = requestId.replaceAll('-', '').toLowerCase();
  if (/^[\da-f]{32}$/.test(digits) && /[^0]/.test(digits)) return digits;
  return createHash('sha256').update(requestId).digest('hex').slice(0, 32);
}
