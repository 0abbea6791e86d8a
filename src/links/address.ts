/** An address that a URL, or a host and a port, describe completely. */
export interface PlainAddress {
  readonly protocol: 'http' | 'https' | 'tcp' | 'udp';
  readonly port: number;
  /** The size of the connection pool of a replica, if the target is a database. */
  readonly pool?: number;
}

/** How many connections a database accepts. */
export interface ConnectionLimits {
  /** The most connections that the default pools may need together. A larger number requires smaller pools. */
  readonly most: number;
  /** The connections that are kept for the server itself: superuser, probes, people and backups. */
  readonly reserved: number;
  /** The connections of callers that the charts do not declare. */
  readonly others: number;
}

/** How a client logs in to a database. */
export interface DatabaseLogin {
  readonly databaseName: string;
  readonly user: string;
  /** The name of the Secret. It holds the password under the key `password`. */
  readonly secret: string;
  /** The name in the label of the Jobs that create the user. Undefined if it exists since the start of the server. */
  readonly createdBy?: string;
}

/** The address of a database. A client also needs a login. */
interface DatabaseAddress {
  readonly protocol: 'database';
  readonly port: number;
  /** The login of the caller with this name. It is final when all calls are declared. */
  readonly loginOf: (caller: string) => DatabaseLogin;
  readonly connections: ConnectionLimits;
}

/** The address of an event log that several servers store. A client also needs a login. */
interface EventLogAddress {
  readonly protocol: 'event-log';
  readonly port: number;
  /** Each server as `host:port`, for the host of the endpoint. */
  readonly serversAt: (host: string) => readonly string[];
  readonly user: string;
  /** The key of a Secret with the password. */
  readonly password: { readonly secret: string; readonly key: string; readonly existing?: boolean };
  /** How many servers store each stream. */
  readonly replicas: number;
}

/** How a caller reaches an endpoint. The host is not part of it, because it depends on the namespace of the caller. */
export type Address = PlainAddress | DatabaseAddress | EventLogAddress;

/** The address of a host outside the cluster: its port decides whether it serves HTTP. */
export function externalAddress(port: number): PlainAddress {
  if (port === 80) return { protocol: 'http', port };
  if (port === 443) return { protocol: 'https', port };
  return { protocol: 'tcp', port };
}
