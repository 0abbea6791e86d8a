// The inbox: remembers which events took effect, in the transaction of the effect itself. At least once from the bus
// and the inbox here make exactly once. Entries are kept for good: a replay of the whole log must find them.
import type { Queryable } from './database.ts';
import type { BlogEvent } from './events.ts';

/** A migration for every service that subscribes. */
export const INBOX_TABLES = `
  CREATE TABLE inbox (
    source text NOT NULL,
    id text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, id)
  );
`;

/**
 * True if the event is new to this transaction, false if it has taken effect before. While another transaction applies the
 * same event this waits for its end, so two copies can not both apply it.
 */
export async function enterInbox(tx: Queryable, event: Pick<BlogEvent, 'source' | 'id'>): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'enter inbox',
    text: 'INSERT INTO inbox (source, id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    values: [event.source, event.id],
  });
  return rowCount === 1;
}
