// The outbox: an event is stored in the same transaction as the change that it reports, so neither exists without the
// other.
import { Gauge } from 'prom-client';
import type { Database, Queryable } from './database.ts';
import { parseEvent } from './events.ts';
import type { BlogEvent } from './events.ts';
import { inspectValue } from './json.ts';
import type { Metrics } from './metrics.ts';

/**
 * Part of the first migration of every publisher. The event is stored as text, so that each attempt sends the same
 * bytes.
 */
export const OUTBOX_TABLES = `
  CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    event text NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX outbox_subject ON outbox (subject, seq);
`;

/** Refuses what the bus would refuse, so that no such event is ever kept. */
export async function addToOutbox(tx: Queryable, event: BlogEvent<object>): Promise<void> {
  inspectValue(event);
  parseEvent(event);
  await tx.query({
    name: 'add to outbox',
    text: 'INSERT INTO outbox (subject, event) VALUES ($1, $2)',
    values: [event.subject, JSON.stringify(event)],
  });
}

/** Reports the size and the age of the outbox. The values come from the database, so every replica reports the same. */
export function measureOutbox(database: Database, metrics: Metrics): void {
  const measure = (name: string, help: string, sql: string) =>
    new Gauge({
      name,
      help,
      registers: [metrics.registry],
      async collect() {
        // If the database is unavailable, this metric has no value, but the others are still served.
        const value = await database
          .query<{ value: number }>(`SELECT ${sql} AS value FROM outbox`)
          .catch(() => undefined);
        this.set(value?.rows[0]?.value ?? NaN);
      },
    });
  measure('outbox_pending', 'Events stored but not yet accepted by the bus.', 'count(*)::int');
  measure(
    'outbox_oldest_seconds',
    'Age of the oldest event that the bus has not accepted yet.',
    'coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8',
  );
}
