// Tells who it is and what it got. Ends at /crash, and makes a span of its own at /cart/work.
const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');

const { OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT } = process.env;
const { PORT, HEALTH_PORT, WORDS_FILE, FROM_IMAGE, TOKEN, GREETING } = process.env;
createServer((request, response) => {
  if (request.url === '/crash') process.exit(3);
  if (request.url === '/cart/noisy') for (let i = 1; i <= 12_000; i++) console.log(`line ${i}`);
  if (request.url === '/cart/work') void sendSpan(request.headers.traceparent);
  const words = readFileSync(WORDS_FILE, 'utf8');
  response.end(JSON.stringify({ pid: process.pid, host: request.headers.host, words, FROM_IMAGE, TOKEN, GREETING }));
}).listen(PORT);
createServer((_, response) => response.end('ok')).listen(HEALTH_PORT);
process.on('SIGTERM', () => {
  console.log('cart ends');
  process.exit(0);
});

async function sendSpan(traceparent) {
  const [, traceId, parentSpanId] = traceparent.split('-');
  const now = `${Date.now()}000000`;
  const span = { traceId, spanId: 'c'.repeat(16), parentSpanId, name: 'count words' };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: OTEL_SERVICE_NAME } }] };
  const spans = [{ ...span, startTimeUnixNano: now, endTimeUnixNano: now }];
  await fetch(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
  });
}
