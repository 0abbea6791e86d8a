import { letterId, parseLetterId } from '../letter.ts';
import type { DeadLetter, Log } from '../log.ts';
import type { Queryable } from '../../common/database.ts';

const SELECT_LETTERS = `SELECT d.subscriber, d.partition, d."offset", d.subject, d.reason, d.error, d.attempts, d.died_at, d.state, e.source, e.id, e.body
  FROM dead_letter d JOIN event e ON e.partition = d.partition AND e."offset" = d."offset"`;

interface Row extends Omit<DeadLetter, 'offset' | 'letter' | 'time' | 'redriving'> {
  offset: string;
  died_at: Date;
  state: 'dead' | 'asked' | 'redriving';
}

const toLetter = ({ died_at, state, ...row }: Row): DeadLetter => ({
  ...row,
  offset: Number(row.offset),
  letter: letterId({ ...row, offset: Number(row.offset) }),
  time: died_at.toISOString(),
  redriving: state !== 'dead',
});

export async function deadLetters(
  database: Queryable,
  filter: Parameters<Log['deadLetters']>[0],
): Promise<DeadLetter[]> {
  const after = filter.after === undefined ? { subscriber: '', partition: -1, offset: 0 } : parseLetterId(filter.after);
  if (!after) return [];
  const { rows } = await database.query<Row>({
    text: `${SELECT_LETTERS} WHERE (d.subscriber, d.partition, d."offset") > ($1, $2, $3) AND ($4::text IS NULL OR d.subscriber = $4)
      ORDER BY d.subscriber, d.partition, d."offset" LIMIT $5`,
    values: [after.subscriber, after.partition, after.offset, filter.subscriber ?? null, filter.limit],
  });
  return rows.map(toLetter);
}

export async function deadLetter(database: Queryable, letter: string): Promise<DeadLetter | undefined> {
  const place = parseLetterId(letter);
  if (!place) return undefined;
  const text = `${SELECT_LETTERS} WHERE d.subscriber = $1 AND d.partition = $2 AND d."offset" = $3`;
  const [row] = (await database.query<Row>({ text, values: [place.subscriber, place.partition, place.offset] })).rows;
  return row && toLetter(row);
}

/**
 * Only marks the letters. The next worker that claims the cursor makes them pending, because only that worker may
 * change pending entries.
 */
export async function redrive(database: Queryable, which: Parameters<Log['redrive']>[0]): Promise<number> {
  const place =
    'letter' in which ? parseLetterId(which.letter) : { subscriber: which.subscriber, partition: null, offset: null };
  if (!place) return 0;
  // A log that is closed refuses, and waits for the end of this statement before it is closed. A move would lose the mark.
  const text = `WITH here AS MATERIALIZED (SELECT FROM place FOR SHARE),
    allowed AS MATERIALIZED (SELECT require_open() FROM here),
    asked AS (
      UPDATE dead_letter SET state = 'asked' FROM allowed
      WHERE subscriber = $1 AND ($2::int IS NULL OR partition = $2) AND ($3::bigint IS NULL OR "offset" = $3) AND state = 'dead'
    ) SELECT count(*)::int AS count FROM dead_letter
      WHERE subscriber = $1 AND ($2::int IS NULL OR partition = $2) AND ($3::bigint IS NULL OR "offset" = $3)`;
  const { rows } = await database.query<{ count: number }>({
    text,
    values: [place.subscriber, place.partition, place.offset],
  });
  return rows[0]?.count ?? 0;
}
