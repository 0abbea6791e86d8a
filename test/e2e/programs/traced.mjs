// A server with the packages of OpenTelemetry, which read their settings from the environment. Each request to / is a
// span, and is answered when the span was sent, or after eight seconds.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector } from '@opentelemetry/resources';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

const provider = new NodeTracerProvider({
  resource: detectResources({ detectors: [envDetector] }),
  spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({ timeoutMillis: 4_000 }))],
});
const tracer = provider.getTracer('e2e');

createServer(async (request, response) => {
  if (request.url === '/') {
    tracer.startSpan('work').end();
    await Promise.race([provider.forceFlush().catch(() => undefined), sleep(8_000)]);
  }
  response.end('ok');
}).listen(process.env.PORT);
process.on('SIGTERM', () => process.exit(0));
