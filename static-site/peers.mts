// The other replicas of the site. A file that this replica does not have may be in a replica of a newer or older release.
import { lookup } from 'node:dns/promises';
import { get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const ASKED_BY_PEER = 'x-site-peer';
/** How long one replica may take, and how long all attempts together. Gateways wait longer for an answer. */
const ATTEMPT_MS = 2_000;
const PATIENCE_MS = 8_000;
const PAUSE_MS = 200;
/** With these errors there is no replica at the address, or no address at all. With others there may be one that is slow. */
const NOBODY = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND']);

/** Whether the request comes from another replica. Such a request is not forwarded again. */
export function isFromPeer(request: IncomingMessage): boolean {
  return request.headers[ASKED_BY_PEER] !== undefined;
}

/**
 * Passes on the first successful response of another replica. Otherwise returns whether all replicas answered that they
 * do not have the file: `unknown` means that one of them did not answer in time.
 */
export async function askPeers(
  name: string,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<'passed on' | 'missing' | 'unknown'> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && !response.destroyed) {
    const answer = await askOnce(name, port, request, Math.min(ATTEMPT_MS, deadline - Date.now()));
    if (answer === 'missing') return answer;
    if (answer !== 'unknown') {
      response.writeHead(answer.statusCode!, answer.headers);
      pipeline(answer, response, () => undefined);
      return 'passed on';
    }
    await sleep(PAUSE_MS);
  }
  return 'unknown';
}

async function askOnce(
  name: string,
  port: number,
  request: IncomingMessage,
  timeout: number,
): Promise<IncomingMessage | 'missing' | 'unknown'> {
  try {
    // The addresses include this replica, which answers 404.
    const found = await lookup(name, { all: true });
    const answers = found.map(async ({ address }) => ask(address, port, request, timeout));
    // All replicas are asked at the same time. Later responses are discarded.
    const first = await Promise.any(answers);
    for (const answer of answers)
      void answer.then(
        (other) => other !== first && other.destroy(),
        () => undefined,
      );
    return first;
  } catch (error) {
    const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
    return errors.every(saysMissing) ? 'missing' : 'unknown';
  }
}

class HasNoFile extends Error {}

function saysMissing(error: unknown): boolean {
  return error instanceof HasNoFile || NOBODY.has((error as NodeJS.ErrnoException).code ?? '');
}

/** The response of one replica. Throws if the replica does not have the file. */
function ask(
  host: string,
  port: number,
  { method, url, headers }: IncomingMessage,
  timeout: number,
): Promise<IncomingMessage> {
  const { 'accept-encoding': accepted, 'if-none-match': known, range } = headers;
  const passed = Object.fromEntries(
    Object.entries({ 'accept-encoding': accepted, 'if-none-match': known, range }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return new Promise((resolve, reject) => {
    const outgoing = get({
      host,
      port,
      path: url,
      method,
      agent: false,
      timeout,
      headers: { ...passed, [ASKED_BY_PEER]: '1' },
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      const { statusCode = 0 } = answer;
      if (statusCode < 400) return resolve(answer);
      answer.destroy();
      reject(statusCode < 500 ? new HasNoFile() : new Error(`status ${statusCode}`));
    });
  });
}
