// An HTTP server of a service: limits, one format of errors, a metric and one log line per request.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError, badRequest, errorBody } from './errors.ts';
import type { Health } from './health.ts';
import { parseJson } from './json.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { QUIET_ROUTES } from './quiet-routes.ts';
import { checker } from './schema.ts';

export interface ServerParts {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly limits?: Partial<Limits>;
}

interface Limits {
  readonly bodyBytes: number;
  /** The time to receive the headers. */
  readonly headersMs: number;
  /** The time to receive the whole request. Ends the request of a client that sends one byte per second. */
  readonly requestMs: number;
  /** The time to answer. It is longer than `requestMs`, so that a slow client gets 408. */
  readonly handlerMs: number;
  /**
   * The time after which a connection without traffic is closed, for example if the client does not read the answer.
   */
  readonly idleMs: number;
}

const DEFAULT_LIMITS: Limits = {
  bodyBytes: 64 * 1024,
  headersMs: 5_000,
  requestMs: 10_000,
  handlerMs: 12_000,
  idleMs: 30_000,
};
/**
 * Longer than a gateway keeps an idle connection. Then the gateway closes it, and never sends a request on a connection
 * that was just closed here.
 */
const KEEP_ALIVE_MS = 95_000;

export function createServer({ log, metrics, health, limits: given }: ServerParts): FastifyInstance {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const loggerInstance: FastifyBaseLogger = log;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestid' }),
    genReqId: requestId,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    handlerTimeout: limits.handlerMs,
    connectionTimeout: limits.idleMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A missing Host is refused below, because the answer of Node.js has no body.
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: 500, requireHostHeader: false },
    // While draining, a request on an open connection is still served, and then the connection is closed.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    // The gateway does not rewrite paths: a request for /api/posts arrives with that path.
    rewriteUrl: (request) => withoutApi(request.url ?? '/'),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, log),
    frameworkErrors: answerError,
  });
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const check = checker(schema as never, httpPart);
    return (value: unknown) => {
      const result = check(value);
      return result.ok ? { value: result.value } : { error: new HttpError(400, 'invalid', result.message) };
    };
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/cloudevents+json'],
    { parseAs: 'buffer' },
    async (_: unknown, body: Buffer) => parseJson(body),
  );
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorBody('not_found', `no such route: ${request.method} ${path(request)}`)),
  );
  endConnections(app, health, unusedConnections(app, limits));
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(commonHeaders(request.id));
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined)
      throw badRequest('bad_request', 'the Host header is missing');
  });
  // Without these, Node.js answers with an empty body, or not at all.
  app.server.on('checkExpectation', (request: IncomingMessage) =>
    answerOnSocket(request.socket, '417 Expectation Failed', 'expectation_failed', 'Expect must be 100-continue', log),
  );
  app.server.on('connect', (_, socket: Socket) =>
    answerOnSocket(socket, '405 Method Not Allowed', 'method_not_allowed', 'the method CONNECT is not allowed', log),
  );
  app.addHook('onResponse', async (request, reply) => observe(request, reply, metrics));
  return app;
}

/**
 * The connections without a request. They are no slow clients: a gateway opens spare connections and uses them later.
 * Node.js would end them with 408 after `headersMs`, and a request that was just sent would get that answer.
 */
function unusedConnections({ server }: FastifyInstance, { idleMs }: Limits): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.setTimeout(KEEP_ALIVE_MS);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => {
    if (unused.delete(socket)) socket.setTimeout(idleMs);
  });
  return unused;
}

/** Closes two kinds of connections that Node.js would wait for when the server closes. */
function endConnections(app: FastifyInstance, health: Health, unused: ReadonlySet<Socket>): void {
  app.addHook('preClose', async () => {
    for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
  });
  // Connections with an answer that is sent while draining.
  app.addHook('onSend', async (_, reply) => {
    if (health.draining) void reply.header('connection', 'close');
  });
}

/** Adds the health checks and the metrics. */
export function addHealth(app: FastifyInstance, { health, metrics }: Pick<ServerParts, 'health' | 'metrics'>): void {
  app.get('/healthz/live', async () => ({ status: 'live' }));
  app.get('/healthz/ready', async (_, reply) => {
    const { ready, reasons } = await health.readiness();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'unready', reasons });
  });
  app.get('/metrics', async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}

function observe(request: FastifyRequest, reply: FastifyReply, metrics: Metrics): void {
  const route = request.routeOptions.url ?? 'unmatched';
  metrics.requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
  const line = {
    method: request.method,
    path: path(request),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
  };
  const err = faults.get(request);
  if (err instanceof HttpError) request.log.warn({ ...line, reason: [err.message, err.cause].join(': ') }, 'request');
  else if (err) request.log.error({ ...line, err }, 'request');
  else if (QUIET_ROUTES.has(route)) request.log.debug(line, 'request');
  else request.log.info(line, 'request');
}

/** The cause of each 5xx answer, for the log line of the request. */
const faults = new WeakMap<FastifyRequest, Error>();

const commonHeaders = (id: string) => ({ 'x-request-id': id, 'x-content-type-options': 'nosniff' });

function answerError(error: FastifyError | HttpError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // If the path is invalid, Fastify runs no hooks.
  void reply.headers(commonHeaders(request.id));
  if (error instanceof HttpError) {
    if (error.statusCode >= 500) faults.set(request, error);
    if (error.retryAfter !== undefined) void reply.header('retry-after', String(error.retryAfter));
    return reply.code(error.statusCode).send(errorBody(error.code, error.message));
  }
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT')
    return answerError(
      new HttpError(503, 'timeout', 'the service did not answer in time', { retryAfter: 1 }),
      request,
      reply,
    );
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return reply.code(status).send(errorBody(clientCode(status), error.message));
  faults.set(request, error);
  return reply.code(500).send(errorBody('internal', 'internal server error'));
}

function clientCode(status: number): string {
  return (
    ({ 413: 'too_large', 414: 'uri_too_long', 415: 'unsupported_media_type' } as Record<number, string>)[status] ??
    'bad_request'
  );
}

const BROKEN_REQUESTS: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'timeout', 'the request was too slow'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'headers_too_large', 'the headers are too large'],
};

/** Answers a request that is not valid HTTP or too slow. Fastify has no request object for it, only the socket. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket, log: Log): void {
  const [status, code, message] =
    BROKEN_REQUESTS[error.code ?? ''] ?? (['400 Bad Request', 'bad_request', 'the request is not valid HTTP'] as const);
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0) return;
  if (error.code === 'ECONNRESET') socket.destroy();
  else answerOnSocket(socket, status, code, message, log);
}

/** Sends an error without Fastify and closes the connection. */
function answerOnSocket(socket: Socket, status: string, code: string, message: string, log: Log): void {
  if (socket.writable) {
    const requestid = randomUUID();
    const body = JSON.stringify(errorBody(code, message));
    const headers = {
      connection: 'close',
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      ...commonHeaders(requestid),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`);
    log.info({ requestid, status: Number.parseInt(status), reason: message }, 'broken request');
  }
  socket.destroySoon();
}

/** The id from the caller if it is valid, so that one request has the same id in all services. Otherwise a new id. */
function requestId(request: { headers: NodeJS.Dict<string | string[]> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

function withoutApi(url: string): string {
  const rest = /^\/api(?=[/?]|$)(.*)$/.exec(url)?.[1];
  if (rest === undefined) return url;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function path(request: FastifyRequest): string {
  return (request.originalUrl.split('?')[0] ?? '').slice(0, 256);
}
