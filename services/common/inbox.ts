// The inbox records which events took effect, in the same transaction as the effect. The bus delivers at least once;
// the inbox turns that into exactly once. Entries are never deleted, because a replay of the whole log must find them.
import type { Queryable } from './database.ts';
import type { BlogEvent } from './events.ts';

/** Part of the first migration of every subscriber. */
export const INBOX_TABLES = `
  CREATE TABLE inbox (
    source text NOT NULL,
    id text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, id)
  );
`;

/**
 * Returns true if the event is new, false if it already took effect. While another transaction applies the same event,
 * this waits for the end of that transaction, so two replicas never both apply it.
 */
export async function enterInbox(tx: Queryable, event: Pick<BlogEvent, 'source' | 'id'>): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'enter inbox',
    text: 'INSERT INTO inbox (source, id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    values: [event.source, event.id],
  });
  return rowCount === 1;
}
