import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { hostName } from '../network/host-name';

/**
 * Only the user may open the dashboard. A page of another origin can neither read it nor press its buttons: it does not
 * know the token, and its Origin differs. A name that an attacker leads to this machine is not accepted as a host.
 */
export class Guard {
  readonly token = randomBytes(18).toString('base64url');

  /** Whether the request comes from this machine by a name of this machine. */
  isLocal(incoming: IncomingMessage): boolean {
    const name = hostName(incoming);
    const isLoopback = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(incoming.socket.remoteAddress ?? '');
    return isLoopback && (['localhost', '127.0.0.1', '[::1]'].includes(name) || name.endsWith('.localhost'));
  }

  /** Whether our page sent the request. Browsers name the origin of every request that can change something. */
  isSameOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
    return origin === undefined || origin === `http://${host}`;
  }

  knows(token: string | null | undefined): boolean {
    const [given, own] = [Buffer.from(token ?? ''), Buffer.from(this.token)];
    return given.length === own.length && timingSafeEqual(given, own);
  }
}
