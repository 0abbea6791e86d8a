import { existsSync } from 'node:fs';
import {
  databaseVariables,
  integer,
  oneOf,
  optional,
  secret,
  serviceUrl,
  serviceVariables,
  text,
} from '../common/config.ts';
import type { Config, Environment, Variable } from '../common/config.ts';

const NAME_PATTERN = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The name of the variable with the URL of a subscriber. */
export const urlVariable = (name: string): string => `${name.toUpperCase().replaceAll('-', '_')}_URL`;

function parseNames(list: string): readonly string[] | undefined {
  const names = list.split(',').map((name) => name.trim());
  const good = names.every((name) => NAME_PATTERN.test(name)) && new Set(names.map(urlVariable)).size === names.length;
  // The URL of a subscriber named "database" would be DATABASE_URL, which belongs to PostgreSQL.
  return good && !names.some((name) => urlVariable(name) in databaseVariables) ? names : undefined;
}

const names: Variable<readonly string[]> = {
  expects: 'unique names separated by commas, such as posts,comments',
  required: true,
  parse: parseNames,
};

const SERVER = /^(?:(?:nats|tls):\/\/)?[a-zA-Z0-9.-]+(?::\d{1,5})?$/;

const servers: Variable<readonly string[]> = {
  expects: 'addresses of NATS servers separated by commas, such as nats-0.nats:4222,nats-1.nats:4222',
  required: true,
  parse: (value) => {
    const found = value.split(',').map((server) => server.trim());
    return found.every((server) => SERVER.test(server)) ? found : undefined;
  },
};

const readableFile: Variable<string> = {
  expects: 'the path of a file',
  required: true,
  parse: (path) => (existsSync(path) ? path : undefined),
};

const prefix: Variable<string> = {
  expects: 'letters, digits, - and _',
  required: true,
  parse: (value) => (/^[A-Za-z0-9_-]{1,32}$/.test(value) ? value : undefined),
};

/** A log on NATS JetStream instead of PostgreSQL. */
const eventLogVariables = {
  EVENT_LOG_SERVERS: optional(servers),
  EVENT_LOG_USER: optional(text('the name of a user of NATS')),
  EVENT_LOG_PASSWORD: optional(secret('the password of EVENT_LOG_USER')),
  /** The certificates of the authority that signed those of the servers. With it, connections use TLS. */
  EVENT_LOG_CA: optional(readableFile),
  /** How many servers keep each event. With 3, one server can be away; with 5, two. */
  EVENT_LOG_REPLICAS: optional(oneOf('1', '3', '5'), '1'),
  /** The first part of the names of all streams. Buses with different names share a server. */
  EVENT_LOG_PREFIX: optional(prefix, 'EVENTS'),
};

const inPostgres = <T>(variable: Variable<T>): Variable<T> => ({
  ...variable,
  unless: [...(variable.unless ?? []), 'EVENT_LOG_SERVERS'],
});

const ownVariables = {
  ...serviceVariables,
  ...databaseVariables,
  DATABASE_HOST: inPostgres(databaseVariables.DATABASE_HOST),
  DATABASE_NAME: inPostgres(databaseVariables.DATABASE_NAME),
  DATABASE_USER: inPostgres(databaseVariables.DATABASE_USER),
  DATABASE_PASSWORD: inPostgres(databaseVariables.DATABASE_PASSWORD),
  ...eventLogVariables,
  SUBSCRIBERS: names,
  /** The timeout of one delivery. */
  DELIVERY_TIMEOUT_MS: optional(integer(100, 60_000, 'milliseconds'), 5_000),
  /** How long a partition stays with a replica that was killed. */
  LEASE_MS: optional(integer(500, 60_000, 'milliseconds'), 5_000),
  DELIVERY_CONCURRENCY: optional(integer(1, 1_000, 'deliveries at once to one subscriber'), 32),
  DELIVERY_LANES: optional(integer(1, 16, 'partitions at once for one subscriber'), 4),
  DELIVERY_BATCH: optional(integer(1, 1_000, 'events read at once'), 100),
  MAX_ATTEMPTS: optional(integer(1, 100, 'failures before a dead letter'), 8),
  RETRY_BASE_MS: optional(integer(1, 60_000, 'milliseconds'), 200),
  RETRY_MAX_MS: optional(integer(1, 3_600_000, 'milliseconds'), 15_000),
  POLL_MS: optional(integer(10, 60_000, 'milliseconds'), 500),
  CONNECTION_LIFE_MS: optional(integer(10, 600_000, 'milliseconds'), 30),
};

export type BusConfig = Config<typeof ownVariables>;

/** The variables depend on SUBSCRIBERS: each subscriber has a URL. */
export function schemaFor(env: Environment): typeof ownVariables {
  const subscribers = parseNames(env['SUBSCRIBERS']?.trim() ?? '') ?? [];
  return { ...ownVariables, ...Object.fromEntries(subscribers.map((name) => [urlVariable(name), serviceUrl()])) };
}

/** The variables with the subscribers of the blog. */
export const schema = schemaFor({ SUBSCRIBERS: 'posts,comments,moderation,query' });
