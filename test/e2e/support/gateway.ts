import { request as plain, type Agent, type IncomingHttpHeaders } from 'node:http';
import { request as encrypted } from 'node:https';
import { holds } from './promise';

/** The answer. The status is 0 if there was none. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
  readonly ms: number;
}

export interface RequestOptions {
  readonly method?: string;
  readonly body?: object;
  /** An agent with kept connections. Without it, each request opens a new one. */
  readonly agent?: Agent;
  readonly timeoutMs?: number;
  /** A host other than that of the blog. */
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A body other than JSON. */
  readonly raw?: string;
  /** Sends the request over TLS to this address, and trusts only this certificate. */
  readonly secure?: { readonly address: string; readonly certificate: string };
}

/** The status of an answer, and whether it asks to try again. */
export function kindOf({ status, headers }: Answer): string {
  return headers['retry-after'] === undefined ? String(status) : `${status} retry`;
}

/** A client for the gateway. */
export class Gateway {
  readonly #ip: string;
  readonly port: number;
  /** The share of the usual load that is sent. */
  pace = 1;

  constructor(
    address: string,
    readonly host = 'blog.localhost',
  ) {
    const [ip = '', port] = address.split(':');
    this.#ip = ip;
    this.port = Number(port);
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  /** Sends a request. Never throws. */
  ask(
    path: string,
    { method, body, raw, agent, host = this.host, headers, secure, timeoutMs = 15_000 }: RequestOptions = {},
  ): Promise<Answer> {
    const start = performance.now();
    return new Promise((resolve) => {
      const answer = (status: number, text: string, received: IncomingHttpHeaders = {}) =>
        resolve({ status, text, headers: received, ms: Math.round(performance.now() - start) });
      const sent = raw ?? (body && JSON.stringify(body));
      const [ip, port] = secure?.address.split(':') ?? [this.#ip, String(this.port)];
      const length = sent && !headers?.['transfer-encoding'] && { 'content-length': Buffer.byteLength(sent) };
      const outgoing = (secure ? encrypted : plain)({
        host: ip,
        port,
        path,
        method: method ?? (sent ? 'POST' : 'GET'),
        agent: agent ?? false,
        signal: AbortSignal.timeout(timeoutMs),
        headers: { host, ...(body && { 'content-type': 'application/json' }), ...length, ...headers },
        ...(secure && { servername: host, ca: secure.certificate }),
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => answer(0, error.code ?? error.message));
      outgoing.on('response', (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        incoming.on('error', (error: NodeJS.ErrnoException) => answer(0, error.code ?? error.message));
        incoming.on('end', () => answer(incoming.statusCode ?? 0, text, incoming.headers));
      });
      outgoing.end(sent);
    });
  }

  /** Requests JSON. Throws unless the request succeeds. */
  async json<T>(path: string, body?: object): Promise<T> {
    const { status, text } = await this.ask(path, { body });
    holds(status >= 200 && status < 300, `${body ? 'POST' : 'GET'} ${path} succeeds`, { status, text });
    return JSON.parse(text) as T;
  }

  async newPost(title: string): Promise<string> {
    return (await this.json<{ id: string }>('/api/posts', { title })).id;
  }
}

/** Creates a post. */
export async function newPosts(gateway: Gateway, count: number): Promise<string[]> {
  const posts: string[] = [];
  for (let n = 1; n <= count; n++) posts.push(await gateway.newPost(`Ledger ${n}`));
  return posts;
}
