import { databaseVariables, integer, optional, serviceUrl, serviceVariables } from '../common/config.ts';
import type { Config, Environment, Variable } from '../common/config.ts';

const NAME_PATTERN = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The name of the variable with the URL of a subscriber. */
export const urlVariable = (name: string): string => `${name.toUpperCase().replaceAll('-', '_')}_URL`;

function parseNames(text: string): readonly string[] | undefined {
  const names = text.split(',').map((name) => name.trim());
  const good = names.every((name) => NAME_PATTERN.test(name)) && new Set(names.map(urlVariable)).size === names.length;
  // The URL of a subscriber named "database" would be DATABASE_URL, which belongs to PostgreSQL.
  return good && !names.some((name) => urlVariable(name) in databaseVariables) ? names : undefined;
}

const names: Variable<readonly string[]> = {
  expects: 'unique names separated by commas, such as posts,comments',
  required: true,
  parse: parseNames,
};

const ownVariables = {
  ...serviceVariables,
  ...databaseVariables,
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
