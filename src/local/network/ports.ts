import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** Below the ports that systems give to outgoing connections. Such a connection could take the port of a program. */
const [FIRST, COUNT] = [20_000, 10_000];
let next = randomInt(COUNT);

/** A port of the loopback interface that nothing uses now. It is not given out again soon. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    const server = createServer();
    try {
      await listen(server, port);
    } catch {
      continue;
    }
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error(`No port from ${FIRST} to ${FIRST + COUNT - 1} is free.`);
}

/** Where ports for a caller listen, and by which name or address it reaches them. */
export interface Reach {
  readonly listens: string;
  readonly host: string;
}

/** Listens on the loopback interface, or on another one. Returns the port. */
export function listen(server: Server, port: number, host = LOOPBACK): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
