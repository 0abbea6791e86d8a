// Serves a built page. The image contains a table of all files that the server may send, so no path reaches any other file.
import { createReadStream, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { askPeers, isFromPeer } from './peers.mts';

interface Entry {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  /** Whether its name changes with its content. */
  readonly immutable: boolean;
  /** The sizes in bytes: uncompressed, and compressed if that is smaller. */
  readonly size: number;
  readonly br?: number;
  readonly gzip?: number;
}

const BROKEN_REQUESTS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};
/** Longer than a gateway keeps a connection. */
const KEEP_ALIVE_MS = 95_000;
const {
  HOST = '0.0.0.0',
  PORT = '8080',
  SITE = join(import.meta.dirname, 'site'),
  SITE_FALLBACK,
  SITE_HEADERS = '{}',
  SITE_PEERS,
  SITE_SETTLE_MS = '2000',
} = process.env;
const site = JSON.parse(readFileSync(join(SITE, 'site.json'), 'utf8')) as {
  hashed: string;
  files: Record<string, Omit<Entry, 'path'>>;
};
const table = new Map(Object.entries(site.files).map(([path, entry]): [string, Entry] => [path, { ...entry, path }]));
/** Names that change with the content. */
const hashed = new RegExp(site.hashed);
const headers = { 'x-content-type-options': 'nosniff', ...(JSON.parse(SITE_HEADERS) as OutgoingHttpHeaders) };

// Other replicas look here for the assets of a new page, so they must find this replica before it becomes ready.
let ready = false;
setTimeout(() => (ready = !ending), Number(SITE_SETTLE_MS));
let ending = false;

const server = createServer({ connectionsCheckingInterval: 500 }, (request, response) => {
  answer(request, response).catch((error: Error) => {
    console.error(JSON.stringify({ level: 'error', path: request.url, message: error.message }));
    if (response.headersSent) response.destroy();
    else say(response, 500, 'internal error');
  });
});
server.headersTimeout = 5_000;
server.requestTimeout = 10_000;
// The gateway closes idle connections, not this server.
server.keepAliveTimeout = KEEP_ALIVE_MS;

// A gateway opens spare connections and uses them later. Node.js would end them with 408, as if they were slow requests,
// and a request that was just sent would get that answer.
const unused = new Set<Socket>();
server.on('connection', (socket) => {
  unused.add(socket);
  socket.setTimeout(KEEP_ALIVE_MS);
  socket.once('close', () => unused.delete(socket));
});
server.on('request', ({ socket }) => unused.delete(socket));
server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && (socket as Socket).bytesRead === 0) return;
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else socket.end(`HTTP/1.1 ${BROKEN_REQUESTS[error.code ?? ''] ?? '400 Bad Request'}\r\nconnection: close\r\n\r\n`);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (ending) response.setHeader('connection', 'close');
  const [target, query] = (request.url ?? '/').split('?', 2) as [string, string?];
  if (target === '/healthz/live') return say(response, 200, 'live');
  if (target === '/healthz/ready') return say(response, ready ? 200 : 503, ready ? 'ready' : 'unready');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return say(response, 405, 'only GET and HEAD', { allow: 'GET, HEAD' });
  const path = decoded(target);
  if (path === undefined) return say(response, 400, 'invalid path');

  const entry = table.get(path) ?? table.get(path.endsWith('/') ? `${path}index.html` : `${path}.html`);
  if (entry) return send(request, response, 200, entry);
  if (table.has(`${path}/index.html`))
    return say(response, 308, 'this is a folder', { location: `${target}/${query === undefined ? '' : `?${query}`}` });
  // During a rollout, a page from a newer replica may request an asset from this replica that only the newer one has.
  if (SITE_PEERS && hashed.test(path) && !isFromPeer(request)) {
    const asked = await askPeers(SITE_PEERS, Number(PORT), request, response);
    if (asked === 'passed on') return;
    // A page without one of its files would be broken, so a file that another replica may have is not reported as missing.
    if (asked === 'unknown') return say(response, 503, 'another replica is too slow', { 'retry-after': '1' });
  }
  const page = SITE_FALLBACK && isForPage(request, path) ? table.get(SITE_FALLBACK) : undefined;
  if (page) return send(request, response, 200, page);
  const missing = table.get('/404.html');
  if (missing) return send(request, response, 404, missing);
  say(response, 404, 'not found');
}

function send(request: IncomingMessage, response: ServerResponse, status: number, entry: Entry): void {
  const range = status === 200 ? rangeOf(request, entry) : undefined;
  const encoding = range ? undefined : encodingOf(request, entry);
  const etag = encoding ? `"${entry.etag}-${encoding}"` : `"${entry.etag}"`;
  response.setHeaders(
    new Map(
      Object.entries({
        ...headers,
        etag,
        vary: 'accept-encoding',
        'content-type': entry.type,
        'accept-ranges': 'bytes',
        'cache-control': entry.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      }),
    ),
  );
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (status === 200 && known && (known.includes(etag) || known.includes('*')))
    return void response.writeHead(304).end();
  if (range === 'none') return void response.writeHead(416, { 'content-range': `bytes */${entry.size}` }).end();
  if (encoding) response.setHeader('content-encoding', encoding);
  const { start, end } = range ?? { start: 0, end: (encoding ? entry[encoding]! : entry.size) - 1 };
  if (range) response.setHeader('content-range', `bytes ${start}-${end}/${entry.size}`);
  response.writeHead(range ? 206 : status, { 'content-length': end - start + 1 });
  if (request.method === 'HEAD' || end < start) return void response.end();
  const file = join(SITE, encoding ?? 'files', entry.path);
  // A closed connection is not an error.
  pipeline(createReadStream(file, { start, end }), response, () => undefined);
}

/** The encoding with the smallest size that the client accepts. */
function encodingOf(
  { headers: { 'accept-encoding': accepted = '' } }: IncomingMessage,
  entry: Entry,
): 'br' | 'gzip' | undefined {
  const names = accepted.split(',').map((part) => part.trim().split(/\s*;\s*q=/));
  const takes = (wanted: string) => names.some(([name, quality = '1']) => name === wanted && Number(quality) > 0);
  if (entry.br !== undefined && takes('br')) return 'br';
  return entry.gzip !== undefined && takes('gzip') ? 'gzip' : undefined;
}

/** The requested range of a file, for example for audio and video. Undefined means the whole file. */
function rangeOf(
  { headers: given }: IncomingMessage,
  { size, etag }: Entry,
): { start: number; end: number } | 'none' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(given.range ?? '') ?? [];
  if ((from === '' && to === '') || (given['if-range'] !== undefined && given['if-range'] !== `"${etag}"`))
    return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return start <= end ? { start, end } : 'none';
}

/** Whether the fallback page answers the request: only page loads, not missing scripts and images and not API calls. */
function isForPage({ headers: given }: IncomingMessage, path: string): boolean {
  if (looksLikeFile(path) || /^\/api(\/|$)/.test(path)) return false;
  const mode = given['sec-fetch-mode'];
  return mode === undefined ? /text\/html|\*\/\*/.test(given.accept ?? '*/*') : mode === 'navigate';
}

function looksLikeFile(path: string): boolean {
  return /\.[A-Za-z0-9]+$/.test(path);
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function say(response: ServerResponse, status: number, text: string, more: OutgoingHttpHeaders = {}): void {
  response
    .writeHead(status, {
      ...headers,
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      ...more,
    })
    .end(`${text}\n`);
}

// The server completes open requests and closes idle connections. Then the process exits.
process.on('SIGTERM', () => {
  ending = true;
  ready = false;
  server.close(() => process.exit(0));
  setInterval(() => {
    server.closeIdleConnections();
    for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
  }, 100);
  setTimeout(() => process.exit(1), 20_000);
});
server.listen(Number(PORT), HOST, () =>
  console.log(
    JSON.stringify({
      level: 'info',
      message: 'listening',
      port: (server.address() as { port: number }).port,
      files: table.size,
    }),
  ),
);
