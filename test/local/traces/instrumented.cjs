// A program that is instrumented with the OpenTelemetry SDK. Its environment says where the spans go.
const { ROOT_CONTEXT, SpanStatusCode, trace } = require('@opentelemetry/api');
const json = require('@opentelemetry/exporter-trace-otlp-http');
const protobuf = require('@opentelemetry/exporter-trace-otlp-proto');
const { detectResources, envDetector } = require('@opentelemetry/resources');
const { NodeTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-node');

async function main() {
  const { OTLPTraceExporter } = process.argv[2] === 'json' ? json : protobuf;
  const provider = new NodeTracerProvider({
    resource: detectResources({ detectors: [envDetector] }),
    spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('test');
  const outer = tracer.startSpan('outer', { attributes: { some: 'text', list: [1, 2], big: 2 ** 40, half: 0.5 } });
  const inner = tracer.startSpan('inner', {}, trace.setSpan(ROOT_CONTEXT, outer));
  inner.setStatus({ code: SpanStatusCode.ERROR, message: 'broken' });
  inner.end();
  outer.end();
  await provider.forceFlush();
  await provider.shutdown();
  console.log(JSON.stringify(outer.spanContext()));
}
void main();
