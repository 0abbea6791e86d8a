import type { Database, Queryable } from '../../common/database.ts';
import type { Progress, ReplayCursors } from '../replay-cursors.ts';

export const postgresReplay = (database: Database): ReplayCursors => ({
  progress: (replay) => progress(database, replay),
  forgetOthers: (subscriber, replay) => forgetOthers(database, subscriber, replay),
  hold: (subscriber, holder, leaseMs) => hold(database, subscriber, holder, leaseMs),
  letGo: (subscriber, holder) => letGo(database, subscriber, holder),
  hasCaughtUp: (subscriber, replay) => hasCaughtUp(database, subscriber, replay),
  finish: (subscriber, replay, holder) => finish(database, subscriber, replay, holder),
});

async function progress(database: Queryable, replay: string): Promise<Progress> {
  const { rows } = await database.query<Record<keyof Progress, string>>(
    `SELECT count(*) AS cursors, coalesce(sum(p.head), 0) AS published,
       coalesce(sum(c.position - jsonb_array_length(c.rest->'pending')), 0) AS delivered,
       (SELECT count(*) FROM dead_letter WHERE subscriber = $1) AS "deadLetters"
     FROM cursor c JOIN partition p ON p.id = c.partition WHERE c.subscriber = $1`,
    [replay],
  );
  const { cursors, delivered, published, deadLetters } = rows[0]!;
  return {
    cursors: Number(cursors),
    delivered: Number(delivered),
    published: Number(published),
    deadLetters: Number(deadLetters),
  };
}

async function forgetOthers(database: Database, subscriber: string, replay: string): Promise<void> {
  await database.transaction(async (tx) => {
    for (const table of ['cursor', 'dead_letter'])
      await tx.query(`DELETE FROM ${table} WHERE split_part(subscriber, '@', 1) = $1 AND subscriber NOT IN ($1, $2)`, [
        subscriber,
        replay,
      ]);
  });
}

async function hold(database: Queryable, subscriber: string, holder: string, leaseMs: number): Promise<boolean> {
  await database.query(
    `UPDATE cursor SET fence = fence + 1, holder = $2, lease_until = clock_timestamp() + $3 * interval '1 ms'
     WHERE subscriber = $1 AND (holder = $2 OR lease_until IS NULL OR lease_until < clock_timestamp())`,
    [subscriber, holder, leaseMs],
  );
  return isHeld(database, subscriber, holder);
}

async function letGo(database: Queryable, subscriber: string, holder: string): Promise<void> {
  await database.query('UPDATE cursor SET lease_until = NULL WHERE subscriber = $1 AND holder = $2', [
    subscriber,
    holder,
  ]);
}

async function isHeld(database: Queryable, subscriber: string, holder: string): Promise<boolean> {
  const { rows } = await database.query<{ held: boolean | null }>(
    'SELECT bool_and(holder = $2 AND lease_until > clock_timestamp()) AS held FROM cursor WHERE subscriber = $1',
    [subscriber, holder],
  );
  return rows[0]?.held === true;
}

async function hasCaughtUp(database: Queryable, subscriber: string, replay: string): Promise<boolean> {
  const { rows } = await database.query<{ done: boolean | null }>(
    `SELECT bool_and(r.position >= s.position AND r.rest->'pending' = '[]'::jsonb) AS done
     FROM cursor s JOIN cursor r ON r.partition = s.partition AND r.subscriber = $2 WHERE s.subscriber = $1`,
    [subscriber, replay],
  );
  return rows[0]?.done === true;
}

async function finish(database: Database, subscriber: string, replay: string, holder: string): Promise<boolean> {
  return database.transaction(async (tx) => {
    await tx.query('SELECT FROM cursor WHERE subscriber IN ($1, $2) ORDER BY subscriber, partition FOR UPDATE', [
      subscriber,
      replay,
    ]);
    if (!(await isHeld(tx, subscriber, holder)) || !(await hasCaughtUp(tx, subscriber, replay))) return false;
    await tx.query(`DELETE FROM dead_letter WHERE subscriber = $1 AND state = 'dead'`, [subscriber]);
    await tx.query(
      `INSERT INTO dead_letter (subscriber, partition, "offset", subject, reason, error, attempts, died_at)
       SELECT $1, partition, "offset", subject, reason, error, attempts, died_at FROM dead_letter WHERE subscriber = $2
       ON CONFLICT DO NOTHING`,
      [subscriber, replay],
    );
    await tx.query('DELETE FROM dead_letter WHERE subscriber = $1', [replay]);
    await tx.query('DELETE FROM cursor WHERE subscriber = $1', [replay]);
    await letGo(tx, subscriber, holder);
    return true;
  });
}
