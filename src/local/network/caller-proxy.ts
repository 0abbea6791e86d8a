import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { hostName } from './host-name';
import { answer } from './http-proxy';

/** The ports of the calls of one caller, by host and port of the call. */
export type Names = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface Caller {
  readonly names: Names;
  /** Where the ports of its calls listen. */
  readonly listens: string;
  /** The answer to a call that the charts do not declare. */
  readonly refuse: (host: string) => string;
}

/**
 * The HTTP proxy of one caller, for programs that know HTTP_PROXY. Declared calls go to their ports, other hosts of the
 * charts are refused, and hosts outside are reached as before. A request without a URL is a refused call.
 */
export function callerProxy(caller: Caller): Server {
  const server = createServer((incoming, response) => {
    const url = URL.canParse(incoming.url ?? '') ? new URL(incoming.url!) : undefined;
    const host = url?.hostname ?? hostName(incoming);
    const target = url && targetOf(caller, host, Number(url.port || 80));
    if (url && target) pass(incoming, response, target, `${url.pathname}${url.search}`);
    else {
      incoming.resume();
      answer(response, 403, caller.refuse(host));
    }
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(incoming.url ?? '') ?? [];
    const target = targetOf(caller, host, Number(port));
    if (target) tunnel(socket, head, target);
    else socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\n\r\n${caller.refuse(host)}\n`);
  });
  return server;
}

interface Target {
  readonly host: string;
  readonly port: number;
}

function targetOf({ names, listens }: Caller, host: string, port: number): Target | undefined {
  const known = Object.hasOwn(names, host.toLowerCase()) ? names[host.toLowerCase()]! : undefined;
  if (!known) return { host, port };
  return known[port] === undefined ? undefined : { host: listens, port: known[port] };
}

function pass(incoming: IncomingMessage, response: ServerResponse, { host, port }: Target, path: string): void {
  const { 'proxy-connection': _, ...headers } = incoming.headers;
  const outgoing = request({ host, port, path, method: incoming.method, headers, agent: false }, (answered) => {
    response.writeHead(answered.statusCode!, answered.headers);
    answered.pipe(response);
  });
  outgoing.on('error', (error) => answer(response, 502, error.message));
  response.once('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

function tunnel(socket: Socket, head: Buffer, { host, port }: Target): void {
  const outgoing = connect(port, host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    outgoing.write(head);
    socket.pipe(outgoing).pipe(socket);
  });
  outgoing.on('error', () => socket.destroy());
  socket.on('error', () => outgoing.destroy());
}
