import type { Database } from '../../../services/common/database.ts';
import { PostgresLog } from '../../../services/event-bus/postgres/log.ts';
import { MIGRATIONS } from '../../../services/event-bus/postgres/migrations.ts';
import { postgresReplay } from '../../../services/event-bus/postgres/replay.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { publication } from './conformance/fixture.ts';
import { logConformance } from './conformance/log-conformance.ts';
import { replayConformance } from './conformance/replay-conformance.ts';

describe('the log on PostgreSQL', () => {
  const database = useDatabase();
  const opened: Database[] = [];

  async function open(): Promise<Database> {
    const pool = await openDatabase(database.url(), 'event_bus', MIGRATIONS);
    opened.push(pool);
    return pool;
  }

  logConformance(async () => new PostgresLog(await open()));
  replayConformance(async () => {
    const pool = await open();
    return { log: new PostgresLog(pool), replayCursors: postgresReplay(pool) };
  });

  test('after the migration, a replica of the previous version still settles', async () => {
    const previous = await openDatabase(database.url(), 'upgraded_bus', MIGRATIONS.slice(0, 1));
    const current = await openDatabase(database.url(), 'upgraded_bus', MIGRATIONS);
    opened.push(previous, current);
    const log = new PostgresLog(current);
    await log.subscribe(['one']);
    await log.append([publication('a'), publication('b')]);
    const claim = (await log.claim('one', 60_000))!;
    const [fence, holder] = claim.fence.split('/');
    const rest = JSON.stringify({ pending: [], failures: 0, refusals: 0, witness: 1 });
    const { rows } = await previous.query({
      text: 'SELECT position FROM settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
      values: ['one', claim.partition, fence, holder, 1, rest, 1, 0, 0, '[]', [], 0, null, null],
    });
    expect(rows).toEqual([{ position: '1' }]);
    expect((await log.claim('one', 60_000))!.state.position).toBe(1);
  });

  afterAll(async () => {
    for (const pool of opened) await pool.close();
  });
});
