import type { LogStatus } from '../log.ts';
import type { Queryable } from '../../common/database.ts';

interface Row {
  partitions: LogStatus['partitions'];
  subscribers: { name: string; delivered: number; lag: number; retries: number; dead: number; held: number }[] | null;
}

export async function status(database: Queryable, subscribers: readonly string[]): Promise<LogStatus> {
  const { rows } = await database.query<Row>({
    name: 'status',
    text: `SELECT
      (SELECT json_agg(json_build_object('partition', id, 'head', head) ORDER BY id) FROM partition) AS partitions,
      (SELECT json_agg(s ORDER BY s.place) FROM (
        SELECT c.subscriber AS name, array_position($1::text[], c.subscriber) AS place,
          sum(c.accepted) AS delivered, sum(c.retries) AS retries,
          sum(p.head - c.position + jsonb_array_length(c.rest->'pending')) AS lag,
          sum(((c.rest->>'failures')::int > 0)::int) AS held,
          (SELECT count(*) FROM dead_letter d WHERE d.subscriber = c.subscriber) AS dead
        FROM cursor c JOIN partition p ON p.id = c.partition WHERE c.subscriber = ANY ($1) GROUP BY c.subscriber) s) AS subscribers`,
    values: [subscribers],
  });
  const { partitions, subscribers: found } = rows[0]!;
  return {
    published: partitions.reduce((sum, { head }) => sum + head, 0),
    partitions,
    subscribers: (found ?? []).map(({ name, delivered, lag, retries, dead, held }) => ({
      name,
      delivered,
      lag,
      retries,
      deadLetters: dead,
      heldPartitions: held,
    })),
  };
}
