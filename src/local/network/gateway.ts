import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Gateway } from '../../constructs/gateway/gateway';
import type { ResolvedCors } from '../../constructs/gateway/resolve';
import type { Endpoint } from '../../links/endpoint';
import { parseQuantity } from '../../k8s/quantity';
import { byteQuantity } from '../../constructs/shared/plus';
import type { Effect } from '../faults/fault-plan';
import type { TracedCall } from '../traces/tracer';
import { hostName } from './host-name';
import { answer, refuseBody, type HttpProxy } from './http-proxy';
import { LOOPBACK } from './ports';
import type { Upstream } from './upstream';

interface Route {
  readonly path: string;
  readonly target: Endpoint;
}

interface Hosts {
  readonly gateway: string;
  /** An empty list means every host. */
  readonly names: readonly string[];
  readonly routes: readonly Route[];
  readonly cors: ResolvedCors | undefined;
  readonly maxBody: number | undefined;
}

/** The headers that a page may always send. */
const SAFE_HEADERS = ['Accept', 'Accept-Language', 'Content-Language', 'Range'];

/** What is reported about requests. */
export interface GatewayWatching {
  readonly onCall?: (gateway: string, target: string) => void;
  readonly onAnswer?: (gateway: string, target: string, status: number, ms: number) => void;
  readonly trace?: (gateway: string, target: string, incoming: IncomingMessage) => TracedCall;
  readonly effect?: (gateway: string, target: string) => Effect | undefined;
  /** Answers requests that are not for the charts. Returns whether it did. */
  readonly ownPages?: (incoming: IncomingMessage, response: ServerResponse) => boolean;
}

/** All gateways of the charts, on one port: the same hosts, paths, CORS and body limit as in a cluster. */
export class LocalGateway {
  readonly server: Server;
  readonly #hosts: readonly Hosts[];

  constructor(
    gateways: readonly Gateway[],
    private readonly proxy: HttpProxy,
    private readonly upstreamOf: (target: Endpoint) => Upstream | undefined,
    private readonly watching: GatewayWatching = {},
  ) {
    this.#hosts = gateways.flatMap(({ name, resolved: { hostGroups, cors, maxBody } }) =>
      hostGroups.map(({ hosts, routes }) => ({
        gateway: name,
        names: hosts,
        routes: routes
          .map(([path, { endpoint }]) => ({ path, target: endpoint }))
          .toSorted((a, b) => b.path.length - a.path.length),
        cors,
        maxBody: maxBody === undefined ? undefined : parseQuantity(byteQuantity(maxBody)),
      })),
    );
    this.server = createServer((incoming, response) => this.#pass(incoming, response));
    this.server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
      const target = routeOf(this.#hostsOf(incoming), incoming)?.target;
      const upstream = target && this.upstreamOf(target);
      if (upstream) this.proxy.upgrade(incoming, socket, head, { upstream, host: incoming.headers.host ?? '' });
      else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
    });
  }

  /** The host names under which a browser reaches it. */
  get names(): string[] {
    const names = this.#hosts.flatMap((hosts) => (hosts.names.length > 0 ? hosts.names : ['localhost']));
    return [...new Set(names.filter((name) => !name.startsWith('*')))];
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    if (this.watching.ownPages?.(incoming, response)) return;
    const hosts = this.#hostsOf(incoming);
    const cors = corsHeaders(hosts?.cors, incoming);
    if (cors && incoming.method === 'OPTIONS' && incoming.headers['access-control-request-method'] !== undefined) {
      response.writeHead(204, { ...cors, ...preflightHeaders(hosts!.cors!) }).end();
      return;
    }
    const { maxBody } = hosts ?? {};
    if (maxBody !== undefined && Number(incoming.headers['content-length'] ?? 0) > maxBody) {
      refuseBody(response, { maxBody, answerHeaders: cors });
      return;
    }
    const target = routeOf(hosts, incoming)?.target;
    const upstream = target && this.upstreamOf(target);
    if (!upstream) {
      answer(
        response,
        404,
        hosts ? 'No route has this path.' : `No gateway has this host. Use ${this.names.join(' or ')}.`,
      );
      return;
    }
    const host = incoming.headers.host ?? '';
    const headers = {
      'x-forwarded-for': incoming.socket.remoteAddress ?? '',
      'x-forwarded-host': host,
      'x-forwarded-proto': 'http',
    };
    const ends = [hosts!.gateway, target.name] as const;
    this.watching.onCall?.(...ends);
    const onAnswer = (status: number, ms: number) => this.watching.onAnswer?.(...ends, status, ms);
    this.proxy.pass(incoming, response, {
      upstream,
      host,
      headers,
      answerHeaders: cors,
      maxBody,
      traced: this.watching.trace?.(...ends, incoming),
      onAnswer,
      effect: this.watching.effect?.(...ends),
    });
  }

  #hostsOf(incoming: IncomingMessage): Hosts | undefined {
    const host = hostName(incoming);
    const isWildcard = (name: string) => name.startsWith('*.') && host.endsWith(name.slice(1));
    const found =
      this.#hosts.find(({ names }) => names.includes(host)) ??
      this.#hosts.find(({ names }) => names.some(isWildcard)) ??
      this.#hosts.find(({ names }) => names.length === 0);
    if (found) return found;
    // An address says nothing about the host, so it is the first one.
    if (host === LOOPBACK) return this.#hosts[0];
    // The hosts of the charts may not lead to this machine. With only one there is no doubt.
    return host === 'localhost' && this.#hosts.length === 1 ? this.#hosts[0] : undefined;
  }
}

function routeOf(hosts: Hosts | undefined, { url = '/' }: IncomingMessage): Route | undefined {
  const path = url.replace(/[?#].*$/s, '');
  return hosts?.routes.find(
    (one) => one.path === '/' || path === one.path || path.startsWith(`${one.path.replace(/\/$/, '')}/`),
  );
}

function corsHeaders(cors: ResolvedCors | undefined, { headers }: IncomingMessage): Record<string, string> | undefined {
  const { origin } = headers;
  if (!cors || origin === undefined) return undefined;
  const isAny = cors.origins.includes('*');
  if (!isAny && !cors.origins.includes(origin)) return undefined;
  return {
    'access-control-allow-origin': isAny && !cors.credentials ? '*' : origin,
    ...(!(isAny && !cors.credentials) && { vary: 'Origin' }),
    ...(cors.credentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.exposedHeaders.length > 0 && { 'access-control-expose-headers': cors.exposedHeaders.join(', ') }),
  };
}

function preflightHeaders({ methods, headers, maxAge }: ResolvedCors): Record<string, string> {
  return {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': [...new Set([...SAFE_HEADERS, ...headers])].join(', '),
    'access-control-max-age': String(maxAge),
  };
}
