// The connections of a process to PostgreSQL. A request waits for one for some seconds before it fails: until another
// request gives its connection back, until a slow connection is open, or until the server accepts connections again.
// That is safe, because nothing was sent yet.
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import type { PoolClient, PoolConfig } from 'pg';
import { backoffDelay } from './backoff.ts';
import type { Log } from './log.ts';

export interface ConnectionsParts {
  readonly config: PoolConfig;
  /** How long a request waits for a connection. */
  readonly waitMs: number;
  /** Whether a failed connection is a temporary failure. Others are not retried. */
  readonly isTemporary: (error: unknown) => boolean;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

const RETRY = { baseMs: 50, maxMs: 500 };
/** How long an attempt to connect goes on after its request. */
const LATE_MS = 1_000;
/** How long a request waits while the database is known to be away. Other requests have waited longer already. */
const WAIT_IN_OUTAGE_MS = 500;

export class Connections {
  readonly #pool: Pool;
  readonly #parts: ConnectionsParts;
  #failingSince: number | undefined;
  #draining = false;
  #inUse = 0;
  /** Ends the waiting of each request. */
  readonly #waiting = new Set<() => void>();

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
    // An attempt that ends later than its request serves the next request.
    this.#pool = new Pool({ ...parts.config, connectionTimeoutMillis: parts.waitMs + LATE_MS });
    this.#pool.on('error', (err) => parts.log.warn({ err }, 'an idle database connection was lost'));
    parts.signal.addEventListener('abort', () => this.#waiting.forEach((giveUp) => giveUp()));
    // If a connection is lost while in use, its query fails. Without this listener the process would also exit.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** The moment until which a request that starts now waits for a connection. */
  deadline(): number {
    const isOutage = this.#failingSince !== undefined && Date.now() - this.#failingSince >= this.#parts.waitMs;
    return Date.now() + Math.min(this.#parts.waitMs, isOutage ? WAIT_IN_OUTAGE_MS : Infinity);
  }

  /** Whether the last attempt to connect failed. */
  get areFailing(): boolean {
    return this.#failingSince !== undefined;
  }

  /** Waits for a connection until the deadline. Give it back with `release`. */
  async acquire(deadline = this.deadline()): Promise<PoolClient> {
    for (let failures = 1; ; failures++) {
      try {
        const client = await this.#attempt(deadline);
        this.#failingSince = undefined;
        this.#inUse++;
        return client;
      } catch (error) {
        if (!(error instanceof AllBusy)) this.#failingSince ??= Date.now();
        const pause = backoffDelay(failures, RETRY);
        const { isTemporary, signal } = this.#parts;
        if (!isTemporary(error) || signal.aborted || Date.now() + pause >= deadline) throw error;
        await sleep(pause);
      }
    }
  }

  /** Gives a connection back. It is closed if it is broken, and while the process shuts down. */
  release(client: PoolClient, broken?: unknown): void {
    this.#inUse--;
    this.#giveBack(client, broken);
  }

  #giveBack(client: PoolClient, broken?: unknown): void {
    client.release(broken !== undefined || (this.#draining && this.#pool.totalCount > 1));
  }

  /** Closes the connections that are not in use, except one for the last requests. New pods need them. */
  drain(): void {
    this.#draining = true;
    const unneeded = Math.min(this.#pool.idleCount, this.#pool.totalCount - 1);
    for (let n = 0; n < unneeded; n++) {
      // An idle connection is available at once.
      this.#pool.connect().then(
        (client) => client.release(true),
        () => undefined,
      );
    }
  }

  /** Waits for the connections in use, and closes all. */
  end(): Promise<void> {
    return this.#pool.end();
  }

  async #attempt(deadline: number): Promise<PoolClient> {
    const { signal } = this.#parts;
    const connecting = this.#pool.connect();
    let isLate = false;
    let giveUp: () => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      giveUp = () => {
        isLate = true;
        reject(signal.aborted ? new Error('the process ends') : this.#reason());
      };
    });
    const timer = setTimeout(giveUp, Math.max(0, deadline - Date.now()));
    this.#waiting.add(giveUp);
    connecting.then(
      (client) => isLate && this.#giveBack(client),
      () => undefined,
    );
    try {
      return await Promise.race([connecting, late]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(giveUp);
    }
  }

  /** Why there was no connection in time: the pool was too small, or the server or the network was too slow. */
  #reason(): Error {
    const { max } = this.#pool.options;
    return this.#inUse >= max ? new AllBusy(max) : new Error('connecting took too long');
  }
}

/** All connections of the pool are in use. The database itself may be fine. */
class AllBusy extends Error {
  constructor(connections: number) {
    super(`all ${connections} connections of the pool are in use`);
    this.name = 'AllBusy';
  }
}
