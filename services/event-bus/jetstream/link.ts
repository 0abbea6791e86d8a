// The connection to the NATS servers. It opens in the background, and moves to another server when its server ends. A
// request without an answer fails with `Unavailable`: nobody knows whether the server has done it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { pauseAfter } from '../../common/backoff.ts';
import { Unavailable } from '../../common/errors.ts';
import type { Log as Logger } from '../../common/log.ts';

export interface LinkParts {
  readonly servers: readonly string[];
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** The path of a file with the certificates of the authority. With it, the connection uses TLS. */
  readonly ca?: string | undefined;
  readonly logger: Logger;
}

export interface Outgoing {
  readonly subject: string;
  readonly payload: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long a request waits for its answer. A server that works answers within milliseconds. */
export const ANSWER_MS = 2_000;
/**
 * A server that is cut off from the others keeps its clients and answers their pings, but stores nothing. After this time
 * without an answer, the connection moves to another server.
 */
const MOVE_AFTER_MS = 3_000;
/** How long a request waits while the connection moves to another server. */
const WAIT_MS = 1_000;

export class NatsLink {
  readonly #parts: LinkParts;
  readonly #stop = new AbortController();
  #newHeaders: (() => MsgHdrs) | undefined;
  #connection: NatsConnection | undefined;
  #connected = false;
  /** The start of the first of the requests that failed since the last answer. */
  #failingSince: number | undefined;
  /** The requests without an answer. They fail when the connection is lost. */
  readonly #waiting = new Set<(error: Error) => void>();

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** Connects to the first server that answers. Repeats until it succeeds or the link is closed. */
  async open(): Promise<void> {
    // Only a bus with this log needs the package, so only that bus loads it.
    const { connect, headers } = await import('@nats-io/transport-node');
    this.#newHeaders = headers;
    const { servers, user, password, ca, logger } = this.#parts;
    for (let failures = 1; !this.#stop.signal.aborted; failures++) {
      try {
        this.#connection = await connect({
          name: 'event-bus',
          servers: [...servers],
          ...(user !== undefined && { user }),
          ...(password !== undefined && { pass: password }),
          ...(ca !== undefined && { tls: { caFile: ca } }),
          // One attempt per server. A server that ended refuses at once; a node that is gone does not answer.
          timeout: 1_500,
          maxReconnectAttempts: -1,
          reconnectTimeWait: 200,
          reconnectJitter: 100,
          // The password may change while the bus runs.
          ignoreAuthErrorAbort: true,
          // A connection to a node that is gone gets no error. It is given up after the second ping without an answer.
          pingInterval: 1_000,
          maxPingOut: 2,
          noAsyncTraces: true,
        });
        if (this.closed) return await this.#connection.close();
        this.#connected = true;
        void this.#follow(this.#connection);
        return;
      } catch (err) {
        if (failures === 5) logger.warn({ err }, 'no NATS server answers yet');
        await pauseAfter(failures, { baseMs: 100, maxMs: 2_000 }, this.#stop.signal);
      }
    }
  }

  get closed(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Ends the waiting of `open`, and closes the connection. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#connection?.close();
  }

  request(subject: string, payload = ''): Promise<Msg> {
    return this.send([{ subject, payload }]);
  }

  /** Sends messages in order on one connection. Returns the answer to the last one. */
  async send(messages: readonly Outgoing[]): Promise<Msg> {
    const connection = await this.#ready();
    const start = performance.now();
    try {
      const answer = await this.#answer(async () => {
        for (const { subject, payload, headers } of messages.slice(0, -1))
          connection.publish(subject, payload, { headers: this.#headers(headers) });
        const { subject, payload, headers } = messages.at(-1)!;
        return connection.request(subject, payload, { timeout: ANSWER_MS, headers: this.#headers(headers) });
      });
      this.#failingSince = undefined;
      return answer;
    } catch (error) {
      this.#failed(connection, start);
      throw error;
    }
  }

  /** Only requests that one server must answer count. Any server answers reads, also one that is cut off. */
  #failed(connection: NatsConnection, start: number): void {
    this.#failingSince ??= start;
    const { servers, logger } = this.#parts;
    if (!this.#connected || servers.length < 2 || performance.now() - this.#failingSince < MOVE_AFTER_MS) return;
    this.#failingSince = undefined;
    logger.warn('the NATS server does not answer: connecting to another one');
    void connection.reconnect();
  }

  /** Sends one message, and returns all answers. The last one has no data. */
  async requestMany(subject: string, payload: string): Promise<readonly Msg[]> {
    const connection = await this.#ready();
    return this.#answer(async () => {
      const answers: Msg[] = [];
      const options = { strategy: 'sentinel', maxWait: ANSWER_MS } as const;
      for await (const answer of await connection.requestMany(subject, payload, options)) answers.push(answer);
      if (answers.at(-1)?.data.length !== 0) throw new Error('the answer is incomplete');
      return answers;
    });
  }

  async #ready(): Promise<NatsConnection> {
    for (const end = performance.now() + WAIT_MS; !this.#connected && !this.closed; await sleep(20))
      if (!this.#connection || performance.now() > end) break;
    if (!this.#connected || !this.#connection) throw new Unavailable('no NATS server is reachable');
    return this.#connection;
  }

  #headers(values: Readonly<Record<string, string>> = {}): MsgHdrs {
    const made = this.#newHeaders!();
    for (const [name, value] of Object.entries(values)) made.set(name, value);
    return made;
  }

  async #answer<T>(work: () => Promise<T>): Promise<T> {
    let lost!: (error: Error) => void;
    try {
      return await new Promise<T>((resolve, reject) => {
        lost = reject;
        this.#waiting.add(lost);
        work().then(resolve, reject);
      });
    } catch (error) {
      throw new Unavailable('the log is unavailable', error);
    } finally {
      this.#waiting.delete(lost);
    }
  }

  async #follow(connection: NatsConnection): Promise<void> {
    const { logger } = this.#parts;
    for await (const status of connection.status()) {
      if (status.type === 'disconnect' && this.#connected) {
        this.#connected = false;
        for (const lost of this.#waiting) lost(new Error('the connection was lost'));
        if (!this.closed) logger.warn({ server: status.server }, 'the connection to a NATS server was lost');
      }
      if (status.type === 'reconnect') {
        this.#connected = true;
        logger.info({ server: status.server }, 'connected to a NATS server');
      }
    }
    this.#connected = false;
  }
}
