/** An address that a URL, or a host and a port, describe completely. */
export type PlainAddress =
  | { readonly protocol: 'http' | 'https'; readonly port: number }
  | { readonly protocol: 'tcp'; readonly port: number };

/** The address of a database: a client also needs its name, a user and the Secret that holds the password. */
interface DatabaseAddress {
  readonly protocol: 'database';
  readonly port: number;
  readonly databaseName: string;
  readonly user: string;
  /** The name of the Secret. It holds the password under the key `password`. */
  readonly secret: string;
}

/** How a caller reaches an endpoint. The host is not part of it, because it depends on the namespace of the caller. */
export type Address = PlainAddress | DatabaseAddress;

/** The address of a host outside the cluster: its port decides whether it serves HTTP. */
export function externalAddress(port: number): PlainAddress {
  if (port === 80) return { protocol: 'http', port };
  if (port === 443) return { protocol: 'https', port };
  return { protocol: 'tcp', port };
}
