import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { namedPort, type NamedPort } from './host-name';
import { answer } from './http-proxy';

/** The ports of the calls of one caller, by host and port of the call. */
export type Names = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface Caller {
  readonly names: Names;
  /** Where the ports of its calls listen. */
  readonly listens: string;
  /** The answer to a call that the charts do not declare. */
  readonly refuse: (called: NamedPort) => string;
}

/**
 * The HTTP proxy of one caller, for programs that know HTTP_PROXY. Declared calls go to their ports, other hosts of the
 * charts are refused, and hosts outside are reached as before. A request without a URL is a refused call.
 */
export function callerProxy(caller: Caller): Server {
  const server = createServer((incoming, response) => {
    const url = URL.canParse(incoming.url ?? '') ? new URL(incoming.url!) : undefined;
    const called = url ? { host: url.hostname, port: Number(url.port || 80) } : namedPort(incoming);
    const target = url && targetOf(caller, called);
    if (url && target) pass(incoming, response, target, `${url.pathname}${url.search}`);
    else {
      incoming.resume();
      answer(response, 403, caller.refuse(called));
    }
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(incoming.url ?? '') ?? [];
    const called = { host: host.toLowerCase(), port: Number(port) };
    const target = targetOf(caller, called);
    if (target) tunnel(socket, head, target);
    else socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\n\r\n${caller.refuse(called)}\n`);
  });
  return server;
}

function targetOf({ names, listens }: Caller, { host, port }: NamedPort): NamedPort | undefined {
  const known = Object.hasOwn(names, host.toLowerCase()) ? names[host.toLowerCase()]! : undefined;
  if (!known) return { host, port };
  return known[port] === undefined ? undefined : { host: listens, port: known[port] };
}

function pass(incoming: IncomingMessage, response: ServerResponse, { host, port }: NamedPort, path: string): void {
  const { 'proxy-connection': _, ...headers } = incoming.headers;
  const outgoing = request({ host, port, path, method: incoming.method, headers, agent: false }, (answered) => {
    response.writeHead(answered.statusCode!, answered.headers);
    answered.pipe(response);
  });
  outgoing.on('error', (error) => answer(response, 502, error.message));
  response.once('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

function tunnel(socket: Socket, head: Buffer, { host, port }: NamedPort): void {
  const outgoing = connect(port, host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    outgoing.write(head);
    socket.pipe(outgoing).pipe(socket);
  });
  outgoing.on('error', () => socket.destroy());
  socket.on('error', () => outgoing.destroy());
}
