// Valid and invalid HTTP requests for the tests.
import { connect } from 'node:net';
import { newEvent } from '../../../services/common/events.ts';
import type { BlogEvent } from '../../../services/common/events.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows the content of its answers
  readonly body: any;
}

/** Each request uses a new connection, because a server may close an idle connection at the moment it is reused. */
const ALONE = { connection: 'close' };

export async function get(url: string, headers: Record<string, string> = {}): Promise<Reply> {
  return read(await fetch(url, { headers: { ...ALONE, ...headers } }));
}

export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  return postRaw(url, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

export async function postRaw(
  url: string,
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<Reply> {
  return read(await fetch(url, { method: 'POST', headers: { ...ALONE, ...headers }, body: body as never }));
}

/** Delivers an event as the bus does. */
export async function deliver(url: string, one: BlogEvent<object>): Promise<Reply> {
  return post(`${url}/events`, one, { 'content-type': 'application/cloudevents+json' });
}

export function event(type: string, subject: string, data: object, more: Partial<BlogEvent> = {}): BlogEvent<object> {
  return { ...newEvent({ source: '/test', type, subject, data }), ...more };
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/**
 * Sends text over a TCP connection, in pieces with pauses, and collects the answer until the server closes the
 * connection.
 */
export function sendSlowly(
  url: string,
  pieces: readonly string[],
  pauseMs: number,
): Promise<{ answer: string; ms: number }> {
  const { hostname, port } = new URL(url);
  const began = Date.now();
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname);
    const waiting = [...pieces];
    const timer = setInterval(() => {
      const piece = waiting.shift();
      if (piece !== undefined && socket.writable) socket.write(piece);
    }, pauseMs);
    socket.on('data', (chunk) => (answer += chunk.toString('utf8')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ answer, ms: Date.now() - began });
    });
  });
}
