import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Effect } from '../faults/fault-plan';
import type { TracedCall } from '../traces/tracer';
import type { HttpProxy } from './http-proxy';
import { LOOPBACK } from './ports';
import type { Upstream } from './upstream';

/** What a port of a call reports, and what goes wrong with the call. */
export interface Watched {
  readonly onCall?: () => void;
  readonly onAnswer?: (status: number, ms: number) => void;
  readonly trace?: (incoming: IncomingMessage) => TracedCall;
  readonly effect?: () => Effect | undefined;
}

/** A port of one caller for HTTP requests to one callee. */
export function httpPort(
  upstream: Upstream,
  proxy: HttpProxy,
  { onCall, onAnswer, trace, effect }: Watched = {},
): HttpServer {
  const passing = { upstream, host: upstream.name, onAnswer };
  const server = createHttpServer((incoming, response) => {
    onCall?.();
    proxy.pass(incoming, response, { ...passing, traced: trace?.(incoming), effect: effect?.() });
  });
  server.on('upgrade', (incoming, socket: Socket, head) => {
    onCall?.();
    proxy.upgrade(incoming, socket, head, passing);
  });
  return server;
}

/** A port of one caller for connections to one callee. */
export function tcpPort(upstream: Upstream, { onCall, effect }: Watched = {}): Server {
  return createServer({ allowHalfOpen: true }, (socket) => {
    onCall?.();
    const { delay = 0, error, cut } = effect?.() ?? {};
    // Without HTTP there is no status, so an error is a closed connection too.
    if (error !== undefined || cut) socket.destroy();
    else if (delay > 0) setTimeout(() => join(socket, upstream, new Set()), delay);
    else join(socket, upstream, new Set());
  });
}

function join(socket: Socket, upstream: Upstream, tried: ReadonlySet<number>): void {
  const port = upstream.pick(tried);
  if (port === undefined) {
    socket.destroy();
    return;
  }
  const outgoing = connect({ port, host: LOOPBACK, allowHalfOpen: true });
  const onRefused = () => join(socket, upstream, new Set([...tried, port]));
  outgoing.once('error', onRefused);
  outgoing.once('connect', () => {
    outgoing.off('error', onRefused);
    outgoing.on('error', () => socket.destroy());
    socket.on('error', () => outgoing.destroy());
    socket.on('close', () => outgoing.destroy());
    outgoing.on('close', () => socket.destroy());
    socket.pipe(outgoing).pipe(socket);
  });
}
