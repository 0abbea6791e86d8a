import { TraceStore } from '../../../src/local/traces/trace-store';
import { Tracer } from '../../../src/local/traces/tracer';
import type { Span } from '../../../src/local/traces/span';

const request = (headers: Record<string, string>, url = '/orders?page=1') => ({ method: 'POST', url, headers });
const ID = '15614793-b120-42dd-8025-1a5f07a92583';
const TRACE = ID.replaceAll('-', '');

let store: TraceStore;
beforeEach(() => {
  store = new TraceStore(3, 4);
});

const rows = (trace: string) => store.spansOf(trace).map(({ depth, from, part }) => `${depth} ${from} → ${part}`);

function span(given: Partial<Span> & Pick<Span, 'id'>): Span {
  return { trace: TRACE, name: 'work', part: 'cart', start: 1, end: 2, hasFailed: false, ...given };
}

test('a program that passes on traceparent', () => {
  const tracer = new Tracer(store);
  const first = tracer.begin('gate', 'web', request({}));
  const second = tracer.begin('web', 'cart', request(first.headers, '/cart'));
  second.end(200);
  first.end(503);
  const [{ id, spans, parts, hasFailed, name }] = store.summaries() as [ReturnType<TraceStore['summaries']>[0]];
  expect({ spans, parts, hasFailed, name }).toEqual({ spans: 2, parts: 2, hasFailed: true, name: 'POST /orders' });
  expect(rows(id)).toEqual(['0 gate → web', '1 web → cart']);
  expect(store.spansOf(id).map(({ status, hasFailed: failed }) => [status, failed])).toEqual([
    [503, true],
    [200, false],
  ]);
});

test('a program that passes on only the request id, also for an event much later', () => {
  const tracer = new Tracer(store);
  const headers = { 'x-request-id': ID };
  tracer.begin('gate', 'comments', request(headers)).end(201);
  tracer.begin('comments', 'bus', request(headers)).end(202);
  tracer.begin('bus', 'query', request(headers)).end(200);
  tracer.begin('bus', 'comments', request(headers)).end(0);
  expect(rows(TRACE)).toEqual(['0 gate → comments', '1 comments → bus', '2 bus → query', '2 bus → comments']);
  expect(store.summaries()[0]).toMatchObject({ id: TRACE, requestId: ID, spans: 4, hasFailed: true });
});

test('a call that still runs has no end', () => {
  new Tracer(store).begin('gate', 'web', request({ 'x-request-id': ID }));
  expect(store.spansOf(TRACE)[0]!.end).toBeUndefined();
  expect(store.summaries()[0]).toMatchObject({ ms: 0, hasFailed: false });
});

test('only the last traces are kept, and so many spans of each', () => {
  for (let i = 1; i <= 5; i++) store.put(span({ id: `${i}`, trace: `trace ${i}` }));
  expect(store.summaries().map(({ id }) => id)).toEqual(['trace 5', 'trace 4', 'trace 3']);
  for (let i = 1; i <= 6; i++) store.put(span({ id: `${i}` }));
  store.put(span({ id: '4', name: 'ended' }));
  expect(store.spansOf(TRACE).map(({ id, name }) => `${id} ${name}`)).toEqual([
    '1 work',
    '2 work',
    '3 work',
    '4 ended',
  ]);
  expect(store.spansOf('none')).toEqual([]);
});

test('spans arrive in any order, without a cause, or cause each other', () => {
  store.put(span({ id: 'child', parent: 'root', start: 5 }));
  store.put(span({ id: 'lost', parent: 'unknown', start: 9 }));
  store.put(span({ id: 'root', start: 4 }));
  expect(store.spansOf(TRACE).map(({ id, depth }) => [id, depth])).toEqual([
    ['root', 0],
    ['child', 1],
    ['lost', 0],
  ]);
  store.put(span({ id: 'a', parent: 'b', trace: 'circle', start: 1 }));
  store.put(span({ id: 'b', parent: 'a', trace: 'circle', start: 2 }));
  expect(store.spansOf('circle').map(({ id }) => id)).toEqual(['a', 'b']);
});
