// Sends spans to the OpenTelemetry collector of the variables OTEL_…: one for each request that arrives, each event that is
// sent, and each query. Imported before the modules that it changes.
import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { context, diag, DiagLogLevel } from '@opentelemetry/api';
import { getRPCMetadata, RPCType, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { detectResources, envDetector } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { FastifyInstance } from 'fastify';
import { beforeExit } from './exit.ts';
import { createLog } from './log.ts';
import { QUIET_ROUTES } from './quiet-routes.ts';

const log = createLog(process.env['OTEL_SERVICE_NAME'] ?? 'telemetry');
const warn = (...said: unknown[]) => log.warn({ said }, 'spans were not sent');
diag.setLogger({ error: warn, warn, info: warn, debug: warn, verbose: warn }, DiagLogLevel.WARN);

const provider = new NodeTracerProvider({
  resource: detectResources({ detectors: [envDetector] }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register({ propagator: new W3CTraceContextPropagator() });
beforeExit(() => provider.shutdown());

registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: ({ url = '' }) => QUIET_ROUTES.has(url),
      // The only calls of other services are those of events, which have spans of their own.
      disableOutgoingRequestInstrumentation: true,
    }),
    // A query without a parent belongs to a background task, such as the search for due events.
    new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
  ],
});
// The instrumentations change these modules when they are required. Later imports get the same objects.
const require = createRequire(import.meta.url);
for (const name of ['http', 'https', 'pg']) require(name);

// So the name of a span contains the route, and not only the method.
subscribe('fastify.initialization', (message) => {
  (message as { fastify: FastifyInstance }).fastify.addHook('onRequest', async ({ routeOptions: { url } }) => {
    const span = getRPCMetadata(context.active());
    if (span?.type === RPCType.HTTP && url !== undefined) span.route = url;
  });
});
