import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listen } from '../../../src/local/network/ports';
import { otlpReceiver, otlpVariables } from '../../../src/local/traces/otlp-receiver';
import { spansOfProtobuf } from '../../../src/local/traces/otlp';
import type { Span } from '../../../src/local/traces/span';

// Programs start late on a busy machine.
jest.setTimeout(30_000);
const received: Span[] = [];
const server = otlpReceiver((span) => received.push(span));
let port = 0;
beforeAll(async () => {
  port = await listen(server, 0);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  received.length = 0;
});

// The SDK as programs use it.
test.each([
  ['protobuf', 'none'],
  ['protobuf', 'gzip'],
  ['json', 'none'],
  ['json', 'gzip'],
])('spans of the OpenTelemetry SDK: %s, %s', async (encoding, compression) => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, 'instrumented.cjs'), encoding], {
    env: { ...process.env, ...otlpVariables(port, 'cart'), OTEL_EXPORTER_OTLP_COMPRESSION: compression },
  });
  const { traceId, spanId } = JSON.parse(stdout) as { traceId: string; spanId: string };
  const [inner, outer] = received.toSorted((a, b) => a.name.localeCompare(b.name)) as [Span, Span];
  expect(outer).toMatchObject({ trace: traceId, id: spanId, name: 'outer', part: 'cart', hasFailed: false });
  expect(outer.parent).toBeUndefined();
  expect(inner).toMatchObject({ trace: traceId, parent: spanId, name: 'inner', part: 'cart', hasFailed: true });
  expect(Math.abs(inner.start - Date.now())).toBeLessThan(60_000);
  expect(inner.end! - inner.start).toBeGreaterThanOrEqual(0);
});

function send(body: Buffer | string, headers: Record<string, string> = {}, path = '/v1/traces') {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    })
      .on('error', reject)
      .end(body);
  });
}
const json = { 'content-type': 'application/json' };

test.each([
  ['another path', () => send('', {}, '/v1/metrics'), 404, 'Send spans to /v1/traces.\n'],
  ['a web page', () => send('{}', { ...json, origin: 'https://example.com' }), 403, 'Web pages cannot send spans.\n'],
  ['no JSON', () => send('{', json), 400, /JSON/],
  ['a field that is cut off', () => send(Buffer.from([10, 200, 1])), 400, 'A field is cut off.\n'],
  ['a number that is cut off', () => send(Buffer.from([8, 255])), 400, /bounds/],
  ['an unknown type', () => send(Buffer.from([11])), 400, 'The type 3 of a field is not known.\n'],
  ['a number that is too long', () => send(Buffer.alloc(20, 255)), 400, 'A number is too long.\n'],
  ['no gzip', () => send('text', { 'content-encoding': 'gzip' }), 400, /header/],
  ['too much', () => send(Buffer.alloc(9 * 1024 * 1024)), 400, 'The request is too long.\n'],
  [
    'a span without ids',
    () => send(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'x' }] }] }] }), json),
    400,
    'The ids of a span are wrong.\n',
  ],
])('refuses %s', async (_, act, status, text) => {
  expect(await act()).toEqual({ status, text: typeof text === 'string' ? text : expect.stringMatching(text) });
  expect(received).toEqual([]);
});

test.each(['{}', 'null', '{"resourceSpans":[{"scopeSpans":[{}]}]}'])('accepts %s without spans', async (body) => {
  expect(await send(body, json)).toEqual({ status: 200, text: '{}' });
  expect(received).toEqual([]);
});

test('a message may have fields of other types', () => {
  // A field of four bytes, and one of eight.
  expect(spansOfProtobuf(Buffer.from([77, 1, 2, 3, 4, 81, 1, 2, 3, 4, 5, 6, 7, 8]))).toEqual([]);
});
