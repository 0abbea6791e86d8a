import { traceContextOf, traceparentOf } from '../../../src/local/traces/trace-context';

const TRACE = 'a'.repeat(32);
const SPAN = 'b'.repeat(16);

test.each([
  ['traceparent', { traceparent: traceparentOf(TRACE, SPAN) }, { trace: TRACE, parent: SPAN }],
  [
    'both',
    { traceparent: traceparentOf(TRACE, SPAN), 'x-request-id': 'some' },
    { trace: TRACE, parent: SPAN, requestId: 'some' },
  ],
  [
    'a UUID as request id',
    { 'x-request-id': '15614793-B120-42dd-8025-1a5f07a92583' },
    { trace: '15614793b12042dd80251a5f07a92583', requestId: '15614793-B120-42dd-8025-1a5f07a92583' },
  ],
])('a request with %s', (_, headers, context) => {
  expect(traceContextOf(headers)).toEqual(context);
});

test.each([
  ['another id', { 'x-request-id': 'order 7' }],
  ['zeros', { 'x-request-id': '0'.repeat(32) }],
  ['a wrong traceparent', { traceparent: `00-${TRACE}-x-01`, 'x-request-id': 'order 7' }],
  ['a trace of zeros', { traceparent: traceparentOf('0'.repeat(32), SPAN), 'x-request-id': 'order 7' }],
])('the same request id is the same trace: %s', (_, headers) => {
  const { trace, requestId } = traceContextOf(headers);
  expect(trace).toMatch(/^[\da-f]{32}$/);
  expect(trace).toMatch(/[^0]/);
  expect(traceContextOf({ 'x-request-id': requestId }).trace).toBe(trace);
});

test('a request without any of them gets a new request id', () => {
  const [first, second] = [traceContextOf({}), traceContextOf({ 'x-request-id': '' })];
  expect(first.requestId).toMatch(/^[\da-f-]{36}$/);
  expect(first.trace).not.toBe(second.trace);
});
