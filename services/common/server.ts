// The HTTP server of every service: limits, health, metrics, one error shape, one log line a request.
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError, errorBody } from './errors.ts';
import type { Health } from './health.ts';
import { parseJson } from './json.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { checker } from './schema.ts';

export interface ServerParts {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly limits?: Partial<Limits>;
}

interface Limits {
  readonly bodyBytes: number;
  /** To receive the headers. */
  readonly headersMs: number;
  /** To receive the whole request: cuts off a client that sends a byte a second. */
  readonly requestMs: number;
  /** To answer: longer than `requestMs`, so that a slow sender is told 408. */
  readonly handlerMs: number;
  /** A connection on which nothing moves, as with a client that does not read its answer. */
  readonly idleMs: number;
}

const defaults: Limits = {
  bodyBytes: 64 * 1024,
  headersMs: 5_000,
  requestMs: 10_000,
  handlerMs: 12_000,
  idleMs: 30_000,
};
const quietRoutes = new Set(['/healthz/live', '/healthz/ready', '/metrics']);

export function createServer({ log, metrics, health, limits: given }: ServerParts): FastifyInstance {
  const limits = { ...defaults, ...given };
  const loggerInstance: FastifyBaseLogger = log;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'traceid' }),
    genReqId: requestId,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    handlerTimeout: limits.handlerMs,
    connectionTimeout: limits.idleMs,
    // Longer than a gateway keeps one, so that it is the gateway that closes it and never uses one just closed.
    keepAliveTimeout: 95_000,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: 500 },
    // While draining, what still arrives on an open connection is served, and the connection closed after it.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    // The gateway does not rewrite: /api/posts arrives as it is.
    rewriteUrl: (request) => withoutApi(request.url ?? '/'),
    clientErrorHandler: answerBrokenRequest,
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
    reply.code(404).send(errorBody('not_found', `there is no ${request.method} ${path(request)}`)),
  );
  endConnections(app, health);
  app.addHook(
    'onRequest',
    async (request, reply) => void reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' }),
  );
  app.addHook('onResponse', async (request, reply) => observe(request, reply, metrics));
  addHealth(app, health, metrics);
  return app;
}

/** Node closes idle connections when a server closes; these two kinds it would wait for. */
function endConnections(app: FastifyInstance, health: Health): void {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  // Opened and never used, as browsers do in advance.
  app.addHook('preClose', async () => {
    for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
  });
  // Answered after draining began: nothing more is expected on it.
  app.addHook('onSend', async (_, reply) => {
    if (health.draining) void reply.header('connection', 'close');
  });
}

function addHealth(app: FastifyInstance, health: Health, metrics: Metrics): void {
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
  else if (quietRoutes.has(route)) request.log.debug(line, 'request');
  else request.log.info(line, 'request');
}

/** Why a request was answered with 5xx, for its line of log. */
const faults = new WeakMap<FastifyRequest, Error>();

function answerError(error: FastifyError | HttpError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof HttpError) {
    if (error.statusCode >= 500) faults.set(request, error);
    if (error.retryAfter !== undefined) void reply.header('retry-after', String(error.retryAfter));
    return reply.code(error.statusCode).send(errorBody(error.code, error.message));
  }
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT')
    return answerError(new HttpError(503, 'timeout', 'it took too long to answer', { retryAfter: 1 }), request, reply);
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return reply.code(status).send(errorBody(clientCode(status), error.message));
  faults.set(request, error);
  return reply.code(500).send(errorBody('internal', 'something went wrong here'));
}

function clientCode(status: number): string {
  return (
    ({ 413: 'too_large', 414: 'uri_too_long', 415: 'unsupported_media_type' } as Record<number, string>)[status] ??
    'bad_request'
  );
}

const broken: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'timeout', 'the request came too slowly'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'headers_too_large', 'the headers are too large'],
};

/** For what is not HTTP, or comes too slowly: there is no request to answer, only a socket. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  const [status, code, message] =
    broken[error.code ?? ''] ?? (['400 Bad Request', 'bad_request', 'this is not HTTP'] as const);
  if (socket.writable && error.code !== 'ECONNRESET') {
    const body = JSON.stringify(errorBody(code, message));
    socket.write(
      `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}

/** The caller's id if it is a harmless one, so that one request can be followed through all services. */
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
