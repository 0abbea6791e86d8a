import type { Database } from '../../../services/common/database.ts';
import { PostgresLog } from '../../../services/event-bus/postgres/log.ts';
import { migrations } from '../../../services/event-bus/postgres/migrations.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { logConformance } from './conformance/log-conformance.ts';

describe('the log on PostgreSQL', () => {
  const database = useDatabase();
  const opened: Database[] = [];

  logConformance(async () => {
    const pool = await openDatabase(database.url(), 'event_bus', migrations);
    opened.push(pool);
    return new PostgresLog(pool);
  });

  afterAll(async () => {
    for (const pool of opened) await pool.close();
  });
});
