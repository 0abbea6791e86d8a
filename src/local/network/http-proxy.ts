import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { TracedCall } from '../traces/tracer';
import { LOOPBACK } from './ports';
import type { Effect } from '../faults/fault-plan';
import type { Upstream } from './upstream';

/** Headers that belong to one connection. */
const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** How a request is passed on. */
export interface Passing {
  readonly upstream: Upstream;
  /** The host that the program sees. */
  readonly host: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The most bytes of a body. */
  readonly maxBody?: number;
  /** What goes wrong with this request on purpose. */
  readonly effect?: Effect;
  /** The span of this request. */
  readonly traced?: TracedCall | undefined;
  /** Called with the status and the time of the answer. The status is 0 if there was none. */
  readonly onAnswer?: (status: number, ms: number) => void;
  /** Headers that are added to the answer. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

/** Passes requests to the ready replicas of a part. */
export class HttpProxy {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  /** A replica that does not accept the connection has not seen the request, so another one gets it. */
  pass(incoming: IncomingMessage, response: ServerResponse, passing: Passing): void {
    const start = performance.now();
    response.once('close', () => {
      const status = response.headersSent ? response.statusCode : 0;
      passing.traced?.end(status);
      passing.onAnswer?.(status, performance.now() - start);
    });
    const { delay = 0, error } = passing.effect ?? {};
    const act = () => {
      if (error === undefined) this.#pass(incoming, response, passing, new Set());
      else answer(response, error, 'This error was injected.');
    };
    if (delay > 0) setTimeout(act, delay);
    else act();
  }

  #pass(incoming: IncomingMessage, response: ServerResponse, passing: Passing, tried: ReadonlySet<number>): void {
    const port = passing.upstream.pick(tried);
    if (port === undefined) {
      answer(response, 503, `No replica of ${passing.upstream.name} is ready.`, { 'retry-after': '1' });
      return;
    }
    // On a kept connection that the program just closed, a request can be repeated only if it changes nothing.
    const isSafe = ['GET', 'HEAD', 'OPTIONS'].includes(incoming.method ?? '');
    const outgoing = request(
      {
        host: LOOPBACK,
        port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...kept(incoming.headers), host: passing.host, ...passing.traced?.headers, ...passing.headers },
        agent: isSafe ? this.#agent : false,
      },
      (answered) => {
        if (passing.effect?.cut) {
          answered.resume();
          incoming.socket.destroy();
          return;
        }
        response.writeHead(answered.statusCode!, answered.statusMessage, {
          ...kept(answered.headers),
          ...passing.answerHeaders,
        });
        answered.pipe(response);
        answered.on('error', () => response.destroy());
      },
    );
    let isSent = false;
    const send = () => {
      isSent = true;
      incoming.pipe(outgoing);
      limit(incoming, passing.maxBody, () => {
        outgoing.destroy();
        refuseBody(response, passing);
      });
    };
    // Nothing of the body is read before the connection is open, so it is complete for another replica.
    outgoing.on('socket', (socket: Socket) => {
      if (socket.connecting) socket.once('connect', send);
      else send();
    });
    outgoing.on('error', () => {
      const isRepeatable = !isSent || (isSafe && outgoing.reusedSocket);
      if (isRepeatable && !response.headersSent && !response.destroyed)
        this.#pass(incoming, response, passing, isSent ? tried : new Set([...tried, port]));
      else answer(response, 502, `${passing.upstream.name} closed the connection.`);
    });
    response.once('close', () => outgoing.destroy());
  }

  /** A WebSocket, or another protocol that begins with HTTP. */
  upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer, { upstream, host }: Passing): void {
    const port = upstream.pick();
    if (port === undefined) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
      return;
    }
    const outgoing = connect(port, LOOPBACK, () => {
      const lines = incoming.rawHeaders.flatMap((name, i, all) =>
        i % 2 === 0 ? [`${name}: ${name.toLowerCase() === 'host' ? host : all[i + 1]!}`] : [],
      );
      outgoing.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      outgoing.write(head);
      socket.pipe(outgoing).pipe(socket);
    });
    outgoing.on('error', () => socket.destroy());
    socket.on('error', () => outgoing.destroy());
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Refuses a body that is too large. The rest of it is not read. */
export function refuseBody(
  response: ServerResponse,
  { maxBody, answerHeaders }: Omit<Passing, 'upstream' | 'host'>,
): void {
  answer(response, 413, `The body is larger than ${maxBody} bytes.`, { ...answerHeaders, connection: 'close' });
}

function limit(incoming: IncomingMessage, maxBody: number | undefined, onExceeded: () => void): void {
  if (maxBody === undefined) return;
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    const before = size;
    size += chunk.length;
    if (size > maxBody && before <= maxBody) onExceeded();
  });
}

/** An answer of the proxy itself, as text. */
export function answer(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${text}\n`);
}

function kept(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const named = (headers.connection ?? '').toLowerCase().split(/ *, */);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !OF_CONNECTION.has(name) && !named.includes(name)),
  );
}
