import { protobufFields } from './protobuf';
import type { Span } from './span';

// The messages of OTLP, as far as the dashboard shows them:
// https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto

/** The spans of an export request in JSON. */
export function spansOfJson(text: string): Span[] {
  const { resourceSpans = [] } = (JSON.parse(text) ?? {}) as JsonRequest;
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const name = resource?.attributes?.find(({ key }) => key === 'service.name')?.value?.stringValue;
    return scopeSpans.flatMap(({ spans = [] }) =>
      spans.map((span) =>
        spanOf({
          service: name,
          trace: String(span.traceId).toLowerCase(),
          id: String(span.spanId).toLowerCase(),
          parent: (span.parentSpanId ?? '').toLowerCase(),
          name: span.name,
          start: BigInt(span.startTimeUnixNano ?? 0),
          end: BigInt(span.endTimeUnixNano ?? 0),
          status: span.status?.code ?? 0,
        }),
      ),
    );
  });
}

/** The spans of an export request in protocol buffers. */
export function spansOfProtobuf(request: Uint8Array): Span[] {
  return messages(request, 1).flatMap((resourceSpans) => {
    const service = messages(resourceSpans, 1)
      .flatMap((resource) => messages(resource, 1))
      .filter((attribute) => textOf(attribute, 1) === 'service.name')
      .map((attribute) => textOf(messages(attribute, 2)[0] ?? new Uint8Array(), 1))[0];
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) =>
        spanOf({
          service,
          trace: hexOf(span, 1),
          id: hexOf(span, 2),
          parent: hexOf(span, 4),
          name: textOf(span, 5),
          start: numberOf(span, 7),
          end: numberOf(span, 8),
          status: Number(numberOf(messages(span, 15)[0] ?? new Uint8Array(), 3)),
        }),
      );
  });
}

interface JsonRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: {
      readonly attributes?: readonly { readonly key: string; readonly value?: { readonly stringValue?: string } }[];
    };
    readonly scopeSpans?: readonly { readonly spans?: readonly JsonSpan[] }[];
  }[];
}

interface JsonSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly startTimeUnixNano?: string | number;
  readonly endTimeUnixNano?: string | number;
  readonly status?: { readonly code?: number };
}

/** The status code of a span that failed. */
const ERROR = 2;

function spanOf(given: {
  readonly service: string | undefined;
  readonly trace: string;
  readonly id: string;
  readonly parent: string;
  readonly name: string | undefined;
  readonly start: bigint;
  readonly end: bigint;
  readonly status: number;
}): Span {
  const { service = 'unknown', trace, id, parent, name = '' } = given;
  if (!/^[\da-f]{32}$/.test(trace) || !/^[\da-f]{16}$/.test(id)) throw new RangeError('The ids of a span are wrong.');
  return {
    trace,
    id,
    ...(/[^0]/.test(parent) && { parent }),
    name,
    part: service,
    start: Number(given.start / 1_000n) / 1_000,
    end: Number(given.end / 1_000n) / 1_000,
    hasFailed: given.status === ERROR,
  };
}

function messages(message: Uint8Array, wanted: number): Uint8Array[] {
  return [...protobufFields(message)].flatMap(([number, value]) =>
    number === wanted && typeof value !== 'bigint' ? [value] : [],
  );
}

function textOf(message: Uint8Array, wanted: number): string | undefined {
  const [bytes] = messages(message, wanted);
  return bytes && Buffer.from(bytes).toString('utf8');
}

function hexOf(message: Uint8Array, wanted: number): string {
  return Buffer.from(messages(message, wanted)[0] ?? []).toString('hex');
}

function numberOf(message: Uint8Array, wanted: number): bigint {
  for (const [number, value] of protobufFields(message))
    if (number === wanted && typeof value === 'bigint') return value;
  return 0n;
}
