// Posts an event, from its publisher to the bus and from the bus to a subscriber.
import { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Answer, Client } from './client.ts';
import { CONTENT_TYPE } from './events.ts';

export interface Posting {
  readonly url: string;
  /** The text of the event. */
  readonly event: string;
  readonly requestid?: string | undefined;
  /** What this service does with the event, for the name of the span. */
  readonly verb: 'publish' | 'deliver';
}

/** The request has a span in the trace of the event. An event that was created without telemetry has none. */
export async function postEvent(client: Client, { url, event, requestid, verb }: Posting): Promise<Answer> {
  const headers = { 'content-type': CONTENT_TYPE, ...(requestid !== undefined && { 'x-request-id': requestid }) };
  if (!event.includes('"traceparent":')) return client.post(url, event, headers);
  const { type, id, ...attributes } = JSON.parse(event) as Record<string, string>;
  const cause = propagation.extract(ROOT_CONTEXT, attributes);
  const span = trace.getTracer('events').startSpan(
    `${verb} ${type}`,
    {
      kind: SpanKind.CLIENT,
      attributes: { 'cloudevents.event_id': id, 'cloudevents.event_type': type, 'url.full': url },
    },
    cause,
  );
  propagation.inject(trace.setSpan(cause, span), headers);
  try {
    const answer = await client.post(url, event, headers);
    span.setAttribute('http.response.status_code', answer.status);
    if (answer.status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
    return answer;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
    throw error;
  } finally {
    span.end();
  }
}
