// The other replicas of the site. A file that this replica does not have may be in a replica of a newer or older release.
import { lookup } from 'node:dns/promises';
import { get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

const ASKED_BY_PEER = 'x-site-peer';
const TIMEOUT_MS = 1_000;

/** Whether the request comes from another replica. Such a request is not forwarded again. */
export function isFromPeer(request: IncomingMessage): boolean {
  return request.headers[ASKED_BY_PEER] !== undefined;
}

/** Passes on the first successful response of another replica. Returns false if no replica has the file. */
export async function askPeers(
  name: string,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  // The addresses include this replica, which answers 404.
  const found = await lookup(name, { all: true }).catch(() => []);
  const answers = found.map(async ({ address }) => ask(address, port, request));
  const first = await Promise.any(answers).catch(() => undefined);
  // All replicas are asked at the same time. Later responses are discarded.
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

/** The response of one replica. Throws if the replica does not have the file. */
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
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      if (answer.statusCode! < 400) return resolve(answer);
      answer.destroy();
      reject(new Error(`status ${answer.statusCode}`));
    });
  });
}
