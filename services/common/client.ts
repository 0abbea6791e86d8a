// An HTTP client for other services that keeps connections alive. A Kubernetes Service balances connections, not
// requests: it picks a random pod for each new connection. Therefore the client replaces connections at a steady rate,
// even if only a few are open. Otherwise the pods, above all new ones, would not get equal shares of the requests.
import http from 'node:http';
import https from 'node:https';

export interface ClientOptions {
  /** The timeout of the whole exchange, from connecting to the last byte of the answer. @default 5000 */
  readonly timeoutMs?: number;
  /**
   * The timeout to open a connection. The pods of a failed node do not refuse connections but stay silent. A TCP
   * handshake whose first packet is lost takes a little more than a second.
   * @default 1500
   */
  readonly connectMs?: number;
  /**
   * The average interval at which a connection is replaced. If n connections are open, each lives n times as long.
   * @default 30
   */
  readonly lifeMs?: number;
  /** The maximum number of open connections to one address. @default 64 */
  readonly maxSockets?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The first 4 KiB of the body, for messages. */
  readonly body: string;
}

const KEPT_BYTES = 4_096;

export class Client {
  readonly #options: Required<ClientOptions>;
  readonly #agents = new Map<string, { agent: http.Agent; born: number }>();

  constructor(options: ClientOptions = {}) {
    this.#options = { timeoutMs: 5_000, connectMs: 1_500, lifeMs: 30, maxSockets: 64, ...options };
  }

  /**
   * Posts and returns the answer, whatever its status. Throws only if there is no complete answer. The request may
   * arrive twice.
   */
  async post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    const target = new URL(url);
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    try {
      return await this.#send(target, body, headers, signal);
    } catch (error) {
      // The server may close an idle connection at the moment it is reused. That is not a failure of the request, so
      // try once more.
      if (signal.aborted || !(error as { reused?: boolean }).reused) throw error;
      return this.#send(target, body, headers, signal);
    }
  }

  close(): void {
    for (const { agent } of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #send(target: URL, body: string | Buffer, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const secure = target.protocol === 'https:';
      const options = {
        method: 'POST',
        agent: this.#agent(target, secure),
        signal,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      };
      const request = (secure ? https : http).request(target, options);
      this.#limitConnecting(request);
      const fail = (error: Error) => reject(Object.assign(error, { reused: request.reusedSocket && !signal.aborted }));
      request.on('error', fail);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let kept = 0;
        response.on('data', (chunk: Buffer) => {
          if (kept < KEPT_BYTES) chunks.push(chunk.subarray(0, KEPT_BYTES - kept));
          kept += chunk.length;
        });
        // No retry once the answer has begun.
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      request.end(body);
    });
  }

  #limitConnecting(request: http.ClientRequest): void {
    request.on('socket', (socket) => {
      if (!socket.connecting) return;
      const { connectMs } = this.#options;
      const timer = setTimeout(() => {
        const error = new Error(`no connection in ${connectMs} ms`);
        request.destroy(Object.assign(error, { code: 'ECONNECTTIMEOUT' }));
      }, connectMs);
      for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
    });
  }

  #agent(target: URL, secure: boolean): http.Agent {
    const known = this.#agents.get(target.origin);
    if (known && Date.now() - known.born < this.#options.lifeMs * Math.max(1, connections(known.agent)))
      return known.agent;
    if (known) retire(known.agent);
    const options = { keepAlive: true, maxSockets: this.#options.maxSockets, scheduling: 'fifo' as const };
    const agent = secure ? new https.Agent(options) : new http.Agent(options);
    this.#agents.set(target.origin, { agent, born: Date.now() });
    return agent;
  }
}

function connections({ sockets, freeSockets }: http.Agent): number {
  return [...Object.values(sockets), ...Object.values(freeSockets)].reduce((sum, some) => sum + (some?.length ?? 0), 0);
}

/** Closes idle connections now, and busy ones after their answer. */
function retire(agent: http.Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
