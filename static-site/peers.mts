// The other copies of the site: what one of them does not have, another one of a newer or older release may.
import { lookup } from 'node:dns/promises';
import { get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

const ASKED_BY_PEER = 'x-site-peer';
const TIMEOUT_MS = 1_000;

/** Whether another copy asks: it is not asked back. */
export function isFromPeer(request: IncomingMessage): boolean {
  return request.headers[ASKED_BY_PEER] !== undefined;
}

/** Passes on what the first other copy answers that has it; false when none does. */
export async function askPeers(
  name: string,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  // This copy is among them, and answers itself that it does not have it.
  const found = await lookup(name, { all: true }).catch(() => []);
  const answers = found.map(async ({ address }) => ask(address, port, request));
  const first = await Promise.any(answers).catch(() => undefined);
  // All were asked at once: the answers that come later are not wanted.
  for (const answer of answers)
    void answer.then(
      (other) => other !== first && other.destroy(),
      () => undefined,
    );
  if (!first) return false;
  response.writeHead(first.statusCode!, first.headers);
  pipeline(first, response, () => undefined);
  return true;
}

/** What a copy answers; throws when it does not have it either. */
function ask(host: string, port: number, { method, url, headers }: IncomingMessage): Promise<IncomingMessage> {
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
      timeout: TIMEOUT_MS,
      headers: { ...passed, [ASKED_BY_PEER]: '1' },
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('it took too long')));
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      if (answer.statusCode! < 400) return resolve(answer);
      answer.destroy();
      reject(new Error(`it answered ${answer.statusCode}`));
    });
  });
}
