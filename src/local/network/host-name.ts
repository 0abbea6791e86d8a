import type { IncomingMessage } from 'node:http';

/** The host that a request is for, without its port. */
export function hostName({ headers: { host = '' } }: IncomingMessage): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

/** A host and the port that a caller wants to reach. */
export interface NamedPort {
  readonly host: string;
  readonly port: number;
}

/** The host and the port that a request is for. Without a port, that of HTTP. */
export function namedPort(incoming: IncomingMessage): NamedPort {
  const port = /:(\d+)$/.exec(incoming.headers.host ?? '')?.[1] ?? '80';
  return { host: hostName(incoming), port: Number(port) };
}
