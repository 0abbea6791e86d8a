// Loaded by `node --import`, before the service. Without a collector in the environment, nothing else is loaded.
if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT']) await import('./tracing.ts');
