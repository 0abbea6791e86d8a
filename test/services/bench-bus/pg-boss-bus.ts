// A bus on pg-boss for comparison: one queue per subscriber, and workers that post to the subscriber.
// It is set up for speed as its documentation recommends: NOTIFY, batches, and no pause while batches are full.
import { PgBoss } from 'pg-boss';
import { Client } from '../../../services/common/client.ts';
import { databaseVariables, serviceVariables, text } from '../../../services/common/config.ts';
import { CONTENT_TYPE, parseEvent } from '../../../services/common/events.ts';
import { run } from '../../../services/common/run.ts';

const schema = { ...serviceVariables, ...databaseVariables, SUBSCRIBERS: text(), URLS: text() };

void run('pg-boss-bus', schema, ({ config, log, health, servers: { app } }) => {
  const boss = new PgBoss({ connectionString: config.DATABASE_URL!, max: config.DATABASE_POOL, useListenNotify: true });
  boss.on('error', (err: Error) => log.error({ err }, 'pg-boss'));
  const client = new Client({ maxSockets: 64 });
  const urls = config.URLS === 'none' ? [] : config.URLS.split(',');
  let ready = false;

  async function start(): Promise<void> {
    await boss.start();
    for (const [index, name] of config.SUBSCRIBERS.split(',').entries()) {
      await boss.createQueue(name, { notify: true, retryLimit: 8, retryBackoff: true });
      await boss.subscribe('event', name);
      const url = urls[index];
      if (!url) continue;
      const options = { batchSize: 100, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
      await boss.work(name, options, async (jobs: { data: object }[]) => {
        const answers = await Promise.all(
          jobs.map(({ data }) => client.post(`${url}/events`, JSON.stringify(data), { 'content-type': CONTENT_TYPE })),
        );
        if (answers.some(({ status }) => status !== 200)) throw new Error('a delivery failed');
      });
    }
    ready = true;
  }

  app.post('/events', async (request, reply) => {
    await boss.publish('event', parseEvent(request.body));
    return reply.code(202).send({ status: 'stored' });
  });
  health.beforeReady('boss', async () => {
    if (!ready) throw new Error('starting');
  });
  return {
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
