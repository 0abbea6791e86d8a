// The servers of a process. The gateway can reach PORT only. Events arrive at EVENTS_PORT, which only the bus can reach;
// health checks and metrics are at HEALTH_PORT. A port that is not set has no server: its routes are at PORT.
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { addHealth, createServer } from './server.ts';
import type { ServerParts } from './server.ts';

export interface Ports {
  readonly PORT: number;
  readonly EVENTS_PORT?: number | undefined;
  readonly HEALTH_PORT?: number | undefined;
}

/** The port of each server. */
export interface Listening {
  readonly port: number;
  readonly eventsPort: number;
  readonly healthPort: number;
}

export class Servers {
  /** The routes for users and other services. */
  readonly app: FastifyInstance;
  /** The routes for the bus. */
  readonly events: FastifyInstance;
  readonly #health: FastifyInstance;
  readonly #ports: ReadonlyMap<FastifyInstance, number>;

  constructor(parts: ServerParts, { PORT, EVENTS_PORT, HEALTH_PORT }: Ports) {
    this.app = createServer(parts);
    this.events = EVENTS_PORT === undefined ? this.app : createServer(parts);
    this.#health = HEALTH_PORT === undefined ? this.app : createServer(parts);
    // The health checks come last: they succeed only when the others listen.
    this.#ports = new Map([
      [this.app, PORT],
      [this.events, EVENTS_PORT ?? PORT],
      [this.#health, HEALTH_PORT ?? PORT],
    ]);
    addHealth(this.#health, parts);
  }

  async listen(host: string): Promise<Listening> {
    for (const [server, port] of this.#ports) await server.listen({ host, port });
    const portOf = ({ server }: FastifyInstance) => (server.address() as AddressInfo).port;
    return { port: portOf(this.app), eventsPort: portOf(this.events), healthPort: portOf(this.#health) };
  }

  /** Accepts no more requests. Resolves when the open requests are answered. */
  async close(): Promise<void> {
    await Promise.all([...this.#ports.keys()].map((server) => server.close()));
  }

  /** Closes the connections that are still open. */
  cut(): void {
    for (const { server } of this.#ports.keys()) server.closeAllConnections();
  }
}
