// pg-boss in its usual setup: the subscriber takes jobs from the queue without HTTP, and commits the effects of a whole
// batch in one transaction.
import { PgBoss } from 'pg-boss';
import { databaseVariables, serviceVariables, text } from '../../../services/common/config.ts';
import { Database } from '../../../services/common/database.ts';
import { INBOX_TABLES } from '../../../services/common/inbox.ts';
import { run } from '../../../services/common/run.ts';

const schema = { ...serviceVariables, ...databaseVariables, NAME: text() };
const effects = `CREATE TABLE effect (place bigserial PRIMARY KEY, id text NOT NULL, subject text NOT NULL, number int NOT NULL)`;
const apply = `WITH fresh AS (
    INSERT INTO inbox (source, id) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING RETURNING id)
  INSERT INTO effect (id, subject, number) SELECT g.id, g.subject, g.number
  FROM unnest($2::text[], $3::text[], $4::int[]) AS g (id, subject, number) JOIN fresh USING (id)`;

interface Job {
  data: { source: string; id: string; subject: string; data: { number: number } };
}

void run('pg-boss-subscriber', schema, ({ config, log, health, servers: { app } }) => {
  const database = new Database({ config, schema: config.NAME, migrations: [INBOX_TABLES, effects], log });
  const boss = new PgBoss({ connectionString: config.DATABASE_URL!, max: config.DATABASE_POOL, useListenNotify: true });
  boss.on('error', (err: Error) => log.error({ err }, 'pg-boss'));
  const commits = new Map<string, number>();
  let ready = false;

  async function start(): Promise<void> {
    await database.started();
    await boss.start();
    const options = { batchSize: 100, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
    await boss.work(config.NAME, options, async (jobs: Job[]) => {
      const events = jobs.map(({ data }) => data);
      const values = [
        events.map((e) => e.source),
        events.map((e) => e.id),
        events.map((e) => e.subject),
        events.map((e) => e.data.number),
      ];
      await database.query({ name: 'apply', text: apply, values });
      const now = performance.timeOrigin + performance.now();
      for (const { id } of events) if (!commits.has(id)) commits.set(id, now);
    });
    ready = true;
  }

  app.get('/commits', async () => Object.fromEntries(commits));
  app.get('/count', async () => ({ commits: commits.size, deliveries: commits.size }));
  app.delete('/commits', async () => commits.clear());
  health.beforeReady('boss', async () => {
    if (!ready) throw new Error('starting');
  });
  return {
    database,
    workers: [
      {
        start: () =>
          void start().catch((err: unknown) => {
            log.fatal({ err }, 'pg-boss');
            process.exit(1);
          }),
        stop: () => boss.stop({ graceful: false }),
      },
    ],
  };
});
