import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { propagation, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { Client } from '../../../services/common/client.ts';
import { newEvent } from '../../../services/common/events.ts';
import { postEvent } from '../../../services/common/post-event.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CAUSE = 'b7ad6b7169203331';
const plain = newEvent({ source: '/posts', type: 'PostCreated', subject: 'a', data: {} });
const traced = { ...plain, traceparent: `00-${TRACE}-${CAUSE}-01` };

const exporter = new InMemorySpanExporter();
const client = new Client();
let status = 202;
const received: NodeJS.Dict<string | string[]>[] = [];
const server = createServer(({ headers }, response) => {
  received.push(headers);
  response.writeHead(status).end();
});
let url: string;

beforeAll(async () => {
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
});
afterEach(() => {
  exporter.reset();
  received.length = 0;
  status = 202;
});
afterAll(() => {
  client.close();
  server.close();
  trace.disable();
  propagation.disable();
});

const send = (event: object, to = url) =>
  postEvent(client, { url: to, event: JSON.stringify(event), requestid: 'one', verb: 'deliver' });

test('the request is a span in the trace of the event, and the receiver gets its id', async () => {
  expect(await send(traced)).toMatchObject({ status: 202 });
  const [span] = exporter.getFinishedSpans();
  expect(span).toMatchObject({
    name: 'deliver PostCreated',
    parentSpanContext: { traceId: TRACE, spanId: CAUSE },
    attributes: {
      'cloudevents.event_id': plain.id,
      'cloudevents.event_type': 'PostCreated',
      'url.full': url,
      'http.response.status_code': 202,
    },
    status: { code: 0 },
  });
  expect(received).toEqual([
    expect.objectContaining({
      'content-type': 'application/cloudevents+json',
      'x-request-id': 'one',
      traceparent: `00-${TRACE}-${span!.spanContext().spanId}-01`,
    }),
  ]);
});

test('an error of the receiver, and a receiver that does not answer, are failed spans', async () => {
  status = 503;
  await send(traced);
  await expect(send(traced, 'http://127.0.0.1:9/events')).rejects.toThrow('ECONNREFUSED');
  expect(exporter.getFinishedSpans().map((span) => span.status)).toEqual([
    { code: 2 },
    { code: 2, message: expect.stringContaining('ECONNREFUSED') },
  ]);
});

test.each([
  ['without a trace', plain],
  ['that mentions a trace in its data', { ...plain, data: { text: '"traceparent":' } }],
  ['with a trace that is not valid', { ...plain, traceparent: 7 }],
])('an event %s is sent as it is', async (_, event) => {
  expect(await send(event)).toMatchObject({ status: 202 });
  expect(exporter.getFinishedSpans().filter((span) => span.parentSpanContext)).toEqual([]);
});
