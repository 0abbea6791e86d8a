import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { HttpProxy } from './http-proxy';
import { LOOPBACK } from './ports';
import type { Upstream } from './upstream';

/** A port of one caller for HTTP requests to one callee. */
export function httpPort(
  upstream: Upstream,
  proxy: HttpProxy,
  onCall: () => void,
  onAnswer?: (status: number, ms: number) => void,
): HttpServer {
  const passing = { upstream, host: upstream.name, onAnswer };
  const server = createHttpServer((incoming, response) => {
    onCall();
    proxy.pass(incoming, response, passing);
  });
  server.on('upgrade', (incoming, socket: Socket, head) => {
    onCall();
    proxy.upgrade(incoming, socket, head, passing);
  });
  return server;
}

/** A port of one caller for connections to one callee. */
export function tcpPort(upstream: Upstream, onCall: () => void): Server {
  return createServer({ allowHalfOpen: true }, (socket) => {
    onCall();
    join(socket, upstream, new Set());
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
