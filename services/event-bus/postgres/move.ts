// The log in PostgreSQL as the source or the target of a move. It keeps its events when it is closed. If the log moves
// back, only newer events are copied.
import type { Database } from '../../common/database.ts';
import { AlreadyMoved, BYTES_AT_ONCE, ENTRIES_AT_ONCE } from '../movable.ts';
import type { LogState, MovableLog, MovedCursor, MovedLetter, Progress, TimedEntry } from '../movable.ts';
import { publicationOfEntry } from '../publication.ts';

/** Locks what each append locks, so that none is under way. */
const LOCK_PARTITIONS = 'SELECT FROM partition ORDER BY id FOR UPDATE';

export class PostgresMove implements MovableLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async state(): Promise<LogState> {
    const { rows } = await this.#database.query<{ open: boolean }>('SELECT open FROM place');
    return rows[0]!.open ? 'open' : 'closed';
  }

  /** Closes the log if it has no event. Returns whether it has none. */
  async closeIfEmpty(): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      await tx.query(LOCK_PARTITIONS);
      const { rows } = await tx.query<{ empty: boolean }>('SELECT sum(head) = 0 AS empty FROM partition');
      if (rows[0]!.empty) await tx.query('UPDATE place SET open = false WHERE open');
      return rows[0]!.empty;
    });
  }

  async heads(): Promise<readonly number[]> {
    const { rows } = await this.#database.query<{ head: string }>('SELECT head FROM partition ORDER BY id');
    return rows.map(({ head }) => Number(head));
  }

  async entriesAfter(partition: number, offset: number): Promise<readonly TimedEntry[]> {
    const { rows } = await this.#database.query<
      Omit<TimedEntry, 'offset' | 'time'> & { offset: string; requestid: string | null; stored_at: Date }
    >({
      name: 'entries after',
      text: `SELECT "offset", source, id, subject, body, traceid AS requestid, stored_at FROM (
          SELECT e.*, sum(octet_length(body)) OVER (ORDER BY "offset") - octet_length(body) AS before
          FROM event e WHERE partition = $1 AND "offset" > $2 ORDER BY "offset" LIMIT $3) batch
        WHERE before < $4 ORDER BY "offset"`,
      values: [partition, offset, ENTRIES_AT_ONCE, BYTES_AT_ONCE],
    });
    return rows.map(({ stored_at, ...row }) => ({
      ...row,
      offset: Number(row.offset),
      requestid: row.requestid ?? undefined,
      time: stored_at.toISOString(),
    }));
  }

  async closeForEvents(): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.query(LOCK_PARTITIONS);
      await tx.query('UPDATE place SET open = false');
    });
  }

  async subscribers(): Promise<readonly string[]> {
    const { rows } = await this.#database.query<{ subscriber: string }>('SELECT DISTINCT subscriber FROM cursor');
    return rows.map(({ subscriber }) => subscriber);
  }

  /** Its cursors can always be held. */
  async isClosedForDelivery(): Promise<boolean> {
    return false;
  }

  /** A log that takes no events gives out no cursors either, and refuses a redrive. */
  async closeForDelivery(): Promise<void> {}

  async progress(): Promise<Progress> {
    const { rows } = await this.#database.query<{
      cursors: MovedCursor[] | null;
      letters: MovedLetter[] | null;
    }>(`SELECT
      (SELECT json_agg(json_build_object('subscriber', subscriber, 'partition', partition,
        'state', rest || jsonb_build_object('position', position),
        'accepted', accepted, 'faltered', faltered, 'retries', retries)) FROM cursor) AS cursors,
      (SELECT json_agg(json_build_object('subscriber', subscriber, 'partition', partition, 'offset', "offset",
        'subject', subject, 'reason', reason, 'error', error, 'attempts', attempts,
        'time', to_char(died_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'state', state)) FROM dead_letter) AS letters`);
    return { cursors: rows[0]!.cursors ?? [], letters: rows[0]!.letters ?? [] };
  }

  /** A log without events may be open, because nobody has used it. */
  async prepare(): Promise<void> {
    await this.closeIfEmpty();
    if ((await this.state()) === 'open') throw new AlreadyMoved();
  }

  async store(partition: number, offset: number, entries: readonly TimedEntry[]): Promise<void> {
    const publications = entries.map(publicationOfEntry);
    await this.#database.transaction(async (tx) => {
      const { rowCount } = await tx.query(
        `UPDATE partition SET head = head + $3 WHERE id = $1 AND head = $2 AND NOT (SELECT open FROM place)`,
        [partition, offset, entries.length],
      );
      if (rowCount !== 1) throw new Error(`partition ${partition} in PostgreSQL has changed during the move`);
      await tx.query(
        `INSERT INTO event (partition, "offset", source, id, subject, digest, body, traceid, stored_at)
         SELECT $1, $2 + n, source, id, subject, digest, body, traceid, stored_at
         FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
           WITH ORDINALITY AS g (source, id, subject, digest, body, traceid, stored_at, n)`,
        [
          partition,
          offset,
          ...(['source', 'id', 'subject', 'digest', 'body', 'requestid'] as const).map((key) =>
            publications.map((publication) => publication[key] ?? null),
          ),
          entries.map(({ time }) => time),
        ],
      );
    });
  }

  async openWith({ cursors, letters }: Progress): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const { rowCount } = await tx.query('UPDATE place SET open = true WHERE NOT open');
      if (rowCount !== 1) throw new AlreadyMoved();
      await tx.query('DELETE FROM cursor');
      await tx.query('DELETE FROM dead_letter');
      await tx.query(
        `INSERT INTO cursor (subscriber, partition, position, rest, accepted, faltered, retries, retry_at)
         SELECT c.subscriber, c.partition, (c.state->>'position')::bigint, c.state - 'position',
           c.accepted, c.faltered, c.retries, CASE WHEN c.state->'pending' <> '[]' THEN now() END
         FROM jsonb_to_recordset($1) AS c (subscriber text, partition int, state jsonb, accepted bigint, faltered bigint, retries bigint)`,
        [JSON.stringify(cursors)],
      );
      await tx.query(
        `INSERT INTO dead_letter (subscriber, partition, "offset", subject, reason, error, attempts, died_at, state)
         SELECT d.subscriber, d.partition, d."offset", d.subject, d.reason, d.error, d.attempts, d.time, d.state
         FROM jsonb_to_recordset($1) AS d (subscriber text, partition int, "offset" bigint, subject text, reason text, error text, attempts int, time timestamptz, state text)`,
        [JSON.stringify(letters)],
      );
    });
  }
}
