// Makes requests from a seed: good ones, and ones that are wrong in up to three ways, from the value of a field to the
// bytes on the wire.
import { gzipSync } from 'node:zlib';
import type { Random } from '../support/random.ts';

export interface Route {
  readonly method: string;
  /** `:name` is replaced by one of the `params`, or by a hostile text. */
  readonly path: string;
  readonly params?: readonly string[];
  readonly query?: Readonly<Record<string, readonly string[]>>;
  readonly body?: (random: Random) => Record<string, unknown>;
  readonly type?: string;
}

interface Request {
  method: string;
  target: string;
  version: string;
  headers: [string, string][];
  body: Buffer;
  /** Sent instead of the right length, if it is set. */
  length?: string | undefined;
}

export function generate(random: Random, route: Route): Buffer {
  const { below, pick } = random;
  const sick = below(4) > 0;
  const value = route.body?.(random);
  const places = sick ? below(3) : 0;
  if (value) for (let n = 0; n < places; n++) spoil(random, value);
  const request: Request = {
    method: route.method,
    target: targetOf(random, route, sick),
    version: 'HTTP/1.1',
    headers: [
      ['Host', 'blog.localhost'],
      ['Connection', 'close'],
    ],
    body: Buffer.from(value ? print(value) : ''),
  };
  if (value) request.headers.push(['Content-Type', route.type ?? 'application/json']);
  const kinds = [spoilMethod, spoilTarget, spoilHeader, spoilHeader, spoilType, spoilText, spoilLength, spoilBytes];
  const times = !sick ? 0 : value && below(2) === 0 ? 0 : 1 + below(2);
  for (let n = 0; n < times; n++) pick(kinds)(random, request);
  const bytes = wire(request);
  return sick && below(40) === 0 ? spoilWire(random, bytes) : bytes;
}

function targetOf({ below, pick }: Random, { path, params = [], query = {} }: Route, sick: boolean): string {
  const filled = path.replaceAll(/:\w+/g, () =>
    params.length > 0 && (!sick || below(3) > 0) ? pick(params) : pick(SEGMENTS),
  );
  const known = Object.entries(query).filter(() => below(2) === 0);
  const pairs = known.map(([name, values]) => `${name}=${!sick || below(3) > 0 ? pick(values) : pick(SEGMENTS)}`);
  return (below(6) === 0 ? '/api' : '') + filled + (pairs.length > 0 ? `?${pairs.join('&')}` : '');
}

const long = (length: number) => 'x'.repeat(length);
const UUID = '0b2cf3a1-3a77-4b44-8b66-b7a3ad4a0d5e';

/** Texts in a path or a query. */
const SEGMENTS = [
  '', '%', '%0', '%zz', '%00', 'a%00b', '%ff', '%c3%28', '%ed%a0%80', '%2f', '%2e%2e', '..', '../..', '.', '*', '~', '1', '0', '-1',
  '1e3', '9999999999999999999999', '0x10', 'NaN', 'null', '__proto__', 'constructor', '%5f_proto__', 'query.99999.1', 'query.1.999999999999999',
  'query.0.1', "'%3b--", '%f0%9f%98%80', `${UUID}%00`, UUID.toUpperCase(), `${UUID}x`, `{${UUID}}`, long(99), long(101), long(3_000),
  '%E2%80%AE', '[]', '%0d%0aSet-Cookie:a=b',
]; // prettier-ignore

/** Values of a field. A function returns JSON that JSON.stringify cannot write. */
const RAW = Symbol('raw JSON');
const raw = (json: string) => ({ [RAW]: json });
const VALUES: readonly unknown[] = [
  null, true, false, 0, -0, -1, 1.5, 1e308, 5e-324, 2 ** 53, '', ' ', '\t\n', 'x', '\0', 'a\0b', '\ud800', '\udc00x', '\uffff', '\u202e',
  '😀', long(64), long(200), long(201), long(256), long(257), '😀'.repeat(256), long(5_001), long(70_000), [], {}, [[]], [null], { a: 1 },
  { constructor: { prototype: 1 } }, { toString: 1, valueOf: null, hasOwnProperty: 'x' }, UUID, UUID.toUpperCase(), `${UUID} `, `{${UUID}}`,
  "'); DROP SCHEMA query CASCADE; --", '%s $1 \\', '1.0', 'PostCreated', 'CommentCreated', 'CommentModerated', 'approved', 'infinity', 'now',
  'epoch', raw('1e999'), raw('-1e999'), raw('1e-999'), raw(long(400).replaceAll('x', '9')), raw('{"__proto__":{"admin":true}}'), raw('"\\u0000"'),
  raw('{"\\u0000":1}'), raw('{"\\ud800":1}'), raw('{"a":1,"a":2}'), raw(`${'['.repeat(31)}${']'.repeat(31)}`), raw(`${'['.repeat(40)}${']'.repeat(40)}`),
  raw(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`), raw('undefined'), raw('NaN'), raw('01'), raw('.5'), raw('"\\x"'), raw('"\n"'), raw('"\\ud83d"'),
]; // prettier-ignore

const pad = (number: number, length = 2) => String(number).padStart(length, '0');

/** A text like a time, with parts inside and outside of their ranges. */
export function timeLike({ below, pick }: Random): string {
  const year = pick([0, 1, 99, 1582, 1900, 2000, 2024, 2026, 9999, below(10_000)]);
  const month = pick([0, 1, 2, 2, 6, 11, 12, 13, 1 + below(12)]);
  const day = pick([0, 1, 28, 29, 30, 31, 32, 1 + below(31)]);
  const hour = pick([0, 12, 23, 24, 25, below(24)]);
  const minute = pick([0, 59, 60, below(60)]);
  const second = pick([0, 59, 60, 61, below(60)]);
  const fraction = pick(['', '', '.5', '.999999999', '.0000000001', '.']);
  const offset = pick(['Z', 'Z', 'z', '', '+00:00', '-00:00', '+05:30', '+14:00', '-12:00', '+15:59', '-15:59', '+16:00', '+23:59', '-24:00', '+05:60', '+0530']); // prettier-ignore
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}${pick(['T', 'T', 'T', 't', ' '])}${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}${offset}`;
}

/** Changes one place of a body: a value, a missing field or an additional one. */
function spoil(random: Random, value: Record<string, unknown>): void {
  const { below, pick } = random;
  const nested = value['data'];
  const inside = nested !== null && typeof nested === 'object' && !Array.isArray(nested) && below(2) === 0;
  const place = (inside ? nested : value) as Record<string, unknown>;
  const key = pick([...Object.keys(place), 'extra']);
  if ('time' in place && below(4) === 0) place['time'] = timeLike(random);
  else if (below(5) === 0) delete place[key];
  else place[key] = pick(VALUES);
}

function print(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (RAW in value) return String((value as Record<symbol, unknown>)[RAW]);
  if (Array.isArray(value)) return `[${value.map(print).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, child]) => `${JSON.stringify(key)}:${print(child)}`)
    .join(',')}}`;
}

type Spoil = (random: Random, request: Request) => void;

const METHODS = [
  'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'M-SEARCH', 'PURGE', 'QUERY', 'LINK', 'BREW',
  'get', 'G\tET', '', 'GET GET', long(300),
]; // prettier-ignore

const spoilMethod: Spoil = ({ pick }, request) => {
  request.method = pick(METHODS);
};

const spoilTarget: Spoil = ({ below, pick }, request) => {
  const { target } = request;
  const at = below(target.length + 1);
  request.target = pick([
    target.slice(0, at) + pick(SEGMENTS) + target.slice(at),
    `${target}${target.includes('?') ? '&' : '?'}${pick(['limit', 'after', 'subscriber', '__proto__', 'a[]', '%00', ''])}=${pick(SEGMENTS)}`,
    `${target}${target.includes('?') ? '&' : '?'}limit=1&limit=2&after=${pick(SEGMENTS)}`,
    `/${target}`, `${target}/`, `${target}//`, `/api${target}`, `/api/api${target}`, '/api', '/', '*', '', 'nothing', '//', `http://other.example${target}`,
    'other.example:443', `${target}#part`, `${target} `, `${target} x`, `${target}\\`, `${target}é`, `${target}\u0001`, `/${long(20_000)}`, target.toUpperCase(),
    `${target};a=b`, `/./${target}`, `/%2e%2e${target}`, '/healthz/live', '/healthz/nothing', '/metrics/', '/.env', '/../../etc/passwd',
  ]); // prettier-ignore
};

const HEADERS: readonly (readonly [string, string])[] = [
  ['Host', ''], ['Host', 'a b'], ['Host', 'é'], ['Host', long(9_000)], ['X-Request-Id', ''], ['X-Request-Id', 'a b'], ['X-Request-Id', long(65)],
  ['X-Request-Id', 'good-id'], ['X-Request-Id', long(20_000)], ['X-Request-Id', 'é\u0001'], ['Expect', '100-continue'], ['Expect', 'miracles'],
  ['Upgrade', 'websocket'], ['Upgrade', 'h2c'], ['Connection', 'upgrade'], ['Connection', 'keep-alive'], ['Connection', long(1_000)],
  ['Transfer-Encoding', 'chunked'], ['Transfer-Encoding', 'gzip'], ['Transfer-Encoding', 'gzip, chunked'], ['Transfer-Encoding', 'chunked, chunked'],
  ['Transfer-Encoding', 'x'], ['Content-Encoding', 'gzip'], ['Content-Encoding', 'br'], ['Content-Encoding', 'identity'], ['Content-Length', '5'],
  ['If-None-Match', '"'], ['If-None-Match', ',,,W/'], ['If-None-Match', '*'], ['If-Modified-Since', 'yesterday'], ['Range', 'bytes=9-1'],
  ['Accept', 'text/nothing'], ['Accept-Encoding', 'x'], ['Accept-Version', '9.x'], ['Cookie', long(4_000)], ['Origin', 'null'],
  ['Authorization', 'Basic !!'], ['Forwarded', 'for=x'], ['X-Forwarded-For', '\u0001'], ['X-HTTP-Method-Override', 'DELETE'], ['Retry-After', 'x'],
  ['Bad Name', 'x'], ['', 'x'], ['X-Tab\t', 'x'], ['X-Null', 'a\0b'], ['X-Line', 'a\rb'], ['X-Fold', 'a\r\n b'], ['X-Latin', 'é'], ['X-Big', long(17_000)],
  ['__proto__', 'x'], ['constructor', 'x'], ['Date', 'x'], ['TE', 'trailers'], ['Trailer', 'Content-Length'], ['Max-Forwards', '-1'], ['HTTP2-Settings', 'x'],
]; // prettier-ignore

const spoilHeader: Spoil = ({ below, pick }, request) => {
  const { headers } = request;
  if (below(12) === 0) headers.splice(below(headers.length), 1);
  else if (below(30) === 0) for (let n = 0; n < 3_000; n++) headers.push([`X-${n}`, 'x']);
  else if (below(8) === 0)
    request.version = pick(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/9', 'HTTP', '', 'http/1.1']);
  else headers.splice(below(headers.length + 1), 0, [...pick(HEADERS)]);
};

const TYPES = [
  '', 'application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json; charset=utf-8',
  'application/json; charset=utf-16', 'application/json;', 'APPLICATION/JSON', 'text/plain', 'text/html', 'multipart/form-data', 'application/xml',
  'application/x-www-form-urlencoded', 'application', '/', ';', 'application/json, text/plain', `application/${long(500)}`, '*/*', 'é', '\u0001',
]; // prettier-ignore

const spoilType: Spoil = ({ below, pick }, request) => {
  const others = request.headers.filter(([name]) => name !== 'Content-Type');
  request.headers = below(4) === 0 ? others : [...others, ['Content-Type', pick(TYPES)]];
};

/** Changes the text of the body. */
const spoilText: Spoil = ({ below, pick }, request) => {
  const { body } = request;
  const at = below(body.length + 1);
  const inserted = (bytes: readonly number[]) =>
    Buffer.concat([body.subarray(0, at), Buffer.from(bytes), body.subarray(at)]);
  request.body = pick([
    body.subarray(0, at), inserted([0xff]), inserted([0]), inserted([0xed, 0xa0, 0x80]), inserted([0xc0, 0xaf]), inserted([0x22]), inserted([0x7b]), inserted([0x5d]),
    inserted([0x5c]), inserted([0x2c]), Buffer.concat([Buffer.from('\ufeff'), body]), Buffer.concat([body, body]), gzipSync(body), Buffer.from(body.toString('utf8'), 'utf16le'),
    Buffer.from('null'), Buffer.from('[]'), Buffer.from('"text"'), Buffer.from('1'), Buffer.from(' '), Buffer.from('{}'), Buffer.from('[{}]'), Buffer.from('a=b&c=d'),
    Buffer.from(`[${body.toString('utf8')}]`), Buffer.from('['.repeat(30_000)), Buffer.alloc(65 * 1_024, 0x20), Buffer.alloc(0), Buffer.from(body.toString('utf8').replaceAll('"', "'")),
  ]); // prettier-ignore
};

const spoilLength: Spoil = ({ pick }, request) => {
  const { length } = request.body;
  request.length = pick(['-1', '0', 'x', '1e3', '', ' ', '1, 2', `+${length}`, `0${length}`, String(length + 1), String(length - 1), String(length + 100_000), '99999999999999999999', '9007199254740993']); // prettier-ignore
};

/** Sends the body in chunks, some of them wrong. */
const spoilBytes: Spoil = ({ below, pick }, request) => {
  const { body } = request;
  const at = below(body.length + 1);
  const chunk = (bytes: Buffer) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  const parts = [body.subarray(0, at), body.subarray(at)].filter(({ length }) => length > 0).map(chunk);
  const end = pick(['0\r\n\r\n', '0\r\n\r\n', '0\r\nTrailer: x\r\n\r\n', '0\r\n', '', 'z\r\n', '-1\r\n\r\n', 'ffffffffffffffffff\r\n', '0;x\r\n\r\n', '0 \r\n\r\n']); // prettier-ignore
  request.body = Buffer.concat([...parts, Buffer.from(end)]);
  request.headers.push(['Transfer-Encoding', 'chunked']);
  request.length = undefined;
};

function wire({ method, target, version, headers, body, length }: Request): Buffer {
  const chunked = headers.some(([name]) => name === 'Transfer-Encoding');
  const sized: readonly (readonly [string, string])[] =
    length !== undefined || (body.length > 0 && !chunked) ? [['Content-Length', length ?? String(body.length)]] : [];
  const lines = [...headers, ...sized].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${target} ${version}\r\n${lines.join('')}\r\n`), body]);
}

/** Changes the bytes of the whole request. */
function spoilWire({ below, pick }: Random, bytes: Buffer): Buffer {
  const at = below(bytes.length + 1);
  return pick([
    bytes.subarray(0, Math.max(at, 1)), Buffer.concat([bytes.subarray(0, at), Buffer.from([below(256)]), bytes.subarray(at)]),
    Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'), Buffer.from(bytes.toString('latin1').replace(/ (?=HTTP)/, ''), 'latin1'),
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]), Buffer.from('\r\n\r\nGET\r\n\r\n'),
    Buffer.from(Array.from({ length: 1 + below(200) }, () => below(256))),
  ]); // prettier-ignore
}
