import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Watched } from './callee-port';
import { LOOPBACK } from './ports';
import type { Upstream } from './upstream';

/** How long the answers of a replica lead back to a client that sends nothing. */
const IDLE_MS = 60_000;

/** The replica that gets the datagrams of one client, and the socket for its answers. */
interface Way {
  readonly port: number;
  readonly socket: Socket;
  readonly idle: NodeJS.Timeout;
}

/** A port of one caller for the datagrams to one callee. All datagrams of one client go to the same replica. */
export class UdpPort {
  readonly #socket = createSocket('udp4');
  readonly #ways = new Map<string, Way>();

  constructor(
    private readonly upstream: Upstream,
    private readonly watched: Watched = {},
  ) {
    this.#socket.on('message', (message, client) => this.#pass(message, client));
  }

  /** Returns the port. */
  listen(host = LOOPBACK): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.bind(0, host, () => {
        this.#socket.off('error', reject);
        resolve(this.#socket.address().port);
      });
    });
  }

  close(): void {
    this.#socket.close();
    for (const client of this.#ways.keys()) this.#forget(client);
  }

  #pass(message: Buffer, client: RemoteInfo): void {
    const { delay = 0, error, cut } = this.watched.effect?.() ?? {};
    // UDP has no status and no connection, so an error is a lost datagram.
    if (error !== undefined || cut) return;
    if (delay > 0) setTimeout(() => this.#send(message, client), delay);
    else this.#send(message, client);
  }

  #send(message: Buffer, { address, port }: RemoteInfo): void {
    const client = `${address}:${port}`;
    const known = this.#ways.get(client);
    if (known && !this.upstream.ports.includes(known.port)) this.#forget(client);
    const way = this.#ways.get(client) ?? this.#open(client, (answer) => this.#socket.send(answer, port, address));
    way?.idle.refresh();
    way?.socket.send(message, way.port, LOOPBACK);
  }

  /** Undefined if no replica is ready. The datagram is lost, as in a cluster. */
  #open(client: string, answer: (message: Buffer) => void): Way | undefined {
    const port = this.upstream.pick();
    if (port === undefined) return undefined;
    this.watched.onCall?.();
    const socket = createSocket('udp4').on('message', answer);
    const way = { port, socket, idle: setTimeout(() => this.#forget(client), IDLE_MS).unref() };
    this.#ways.set(client, way);
    return way;
  }

  #forget(client: string): void {
    const { socket, idle } = this.#ways.get(client)!;
    this.#ways.delete(client);
    clearTimeout(idle);
    socket.close();
  }
}
