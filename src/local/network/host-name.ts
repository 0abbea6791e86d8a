import type { IncomingMessage } from 'node:http';

/** The host that a request is for, without its port. */
export function hostName({ headers: { host = '' } }: IncomingMessage): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
