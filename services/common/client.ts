// HTTP to other services over kept-alive connections. A Kubernetes Service spreads connections, not requests, and draws
// a copy for each by lot. So connections are made anew at a steady pace, many a minute however few are open at once: only
// then do the copies of the other side, new ones too, get equal shares.
import http from 'node:http';
import https from 'node:https';

export interface ClientOptions {
  /** The whole exchange, from connecting to the last byte of the answer. @default 5000 */
  readonly timeoutMs?: number;
  /** One connection is made anew in this time on average: of n that are open, each is used for n times as long. @default 30 */
  readonly lifeMs?: number;
  /** Connections to one address at once. @default 64 */
  readonly maxSockets?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The first 4 KiB, for messages. */
  readonly body: string;
}

const KEPT_BYTES = 4_096;

export class Client {
  readonly #options: Required<ClientOptions>;
  readonly #agents = new Map<string, { agent: http.Agent; born: number }>();

  constructor(options: ClientOptions = {}) {
    this.#options = { timeoutMs: 5_000, lifeMs: 30, maxSockets: 64, ...options };
  }

  /** Posts and returns whatever status came; throws only if no whole answer came. Only for what may arrive twice. */
  async post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    const target = new URL(url);
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    try {
      return await this.#send(target, body, headers, signal);
    } catch (error) {
      // The other side may close a kept connection just as it is used again: that says nothing about it, so once more.
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
      const fail = (error: Error) => reject(Object.assign(error, { reused: request.reusedSocket && !signal.aborted }));
      request.on('error', fail);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let kept = 0;
        response.on('data', (chunk: Buffer) => {
          if (kept < KEPT_BYTES) chunks.push(chunk.subarray(0, KEPT_BYTES - kept));
          kept += chunk.length;
        });
        // An answer that began is not asked for again.
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

/** Idle connections close now, busy ones when their answer has come. */
function retire(agent: http.Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
