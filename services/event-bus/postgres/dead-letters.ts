import type { DeadLetter, Log } from '../log.ts';
import type { Queryable } from '../../common/database.ts';

/**
 * Parses the id of a dead letter, `subscriber.partition.offset`. An event that becomes a dead letter again keeps its
 * id.
 */
function parse(letter: string): [string, number, number] | undefined {
  const match = /^([a-z0-9-]{1,63}(?:@\d{1,15})?)\.(\d{1,4})\.(\d{1,15})$/.exec(letter);
  return match ? [match[1]!, Number(match[2]), Number(match[3])] : undefined;
}

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
  letter: `${row.subscriber}.${row.partition}.${row.offset}`,
  time: died_at.toISOString(),
  redriving: state !== 'dead',
});

export async function deadLetters(
  database: Queryable,
  filter: Parameters<Log['deadLetters']>[0],
): Promise<DeadLetter[]> {
  const after = filter.after === undefined ? (['', -1, 0] as const) : parse(filter.after);
  if (!after) return [];
  const { rows } = await database.query<Row>({
    text: `${SELECT_LETTERS} WHERE (d.subscriber, d.partition, d."offset") > ($1, $2, $3) AND ($4::text IS NULL OR d.subscriber = $4)
      ORDER BY d.subscriber, d.partition, d."offset" LIMIT $5`,
    values: [...after, filter.subscriber ?? null, filter.limit],
  });
  return rows.map(toLetter);
}

export async function deadLetter(database: Queryable, letter: string): Promise<DeadLetter | undefined> {
  const place = parse(letter);
  if (!place) return undefined;
  const text = `${SELECT_LETTERS} WHERE d.subscriber = $1 AND d.partition = $2 AND d."offset" = $3`;
  const [row] = (await database.query<Row>({ text, values: place })).rows;
  return row && toLetter(row);
}

/**
 * Only marks the letters. The next worker that claims the cursor makes them pending, because only that worker may
 * change pending entries.
 */
export async function redrive(database: Queryable, which: Parameters<Log['redrive']>[0]): Promise<number> {
  const place = 'letter' in which ? parse(which.letter) : [which.subscriber, null, null];
  if (!place) return 0;
  const text = `WITH asked AS (
      UPDATE dead_letter SET state = 'asked'
      WHERE subscriber = $1 AND ($2::int IS NULL OR partition = $2) AND ($3::bigint IS NULL OR "offset" = $3) AND state = 'dead'
    ) SELECT count(*)::int AS count FROM dead_letter
      WHERE subscriber = $1 AND ($2::int IS NULL OR partition = $2) AND ($3::bigint IS NULL OR "offset" = $3)`;
  const { rows } = await database.query<{ count: number }>({ text, values: place });
  return rows[0]?.count ?? 0;
}
