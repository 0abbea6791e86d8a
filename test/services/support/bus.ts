// A bus that answers as it is told and remembers what it got: for what happens between a service and the bus.
// The bus itself is tested in event-bus/.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlogEvent } from '../../../services/common/events.ts';

export interface Received {
  readonly event: BlogEvent;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** A status, a whole answer, or `hang` for none at all. */
export type BusAnswer = number | { status: number; headers?: Record<string, string>; afterMs?: number } | 'hang';

export interface TestBus {
  readonly url: string;
  /** All that came and was answered with 2xx, in order. */
  readonly accepted: Received[];
  /** All that came. */
  readonly received: Received[];
  answer: (event: BlogEvent) => BusAnswer;
  readonly stop: () => Promise<void>;
}

export async function startBus(port = 0): Promise<TestBus> {
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bus: TestBus = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted: [],
    received: [],
    answer: () => 202,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const received = { event: JSON.parse(body) as BlogEvent, body, headers: request.headers };
    bus.received.push(received);
    const answer = bus.answer(received.event);
    if (answer === 'hang') return;
    const { status, headers = {}, afterMs = 0 } = typeof answer === 'number' ? { status: answer } : answer;
    if (afterMs > 0) await sleep(afterMs);
    if (status < 300) bus.accepted.push(received);
    response.writeHead(status, headers).end();
  }

  return bus;
}
