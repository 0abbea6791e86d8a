// A subscriber with the server, inbox and database of services/common. Its effect is a row in a table.
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseVariables, integer, optional, serviceVariables, text } from '../../../services/common/config.ts';
import { Database } from '../../../services/common/database.ts';
import { HttpError } from '../../../services/common/errors.ts';
import type { BlogEvent } from '../../../services/common/events.ts';
import { INBOX_TABLES } from '../../../services/common/inbox.ts';
import { run } from '../../../services/common/run.ts';
import { handler, subscribe } from '../../../services/common/subscriber.ts';

const schema = { ...serviceVariables, ...databaseVariables, NAME: text(), PAUSE_MS: optional(integer(0, 10_000), 0) };

const effects = `CREATE TABLE effect (place bigserial PRIMARY KEY, id text NOT NULL, subject text NOT NULL, number int NOT NULL)`;
/** A plain schema, because TypeBox is a dependency of the services, not of the tests. */
const Data = { type: 'object', required: ['number'], properties: { number: { type: 'integer' } } };
type Counted = BlogEvent<{ readonly number: number; readonly poison?: string }>;

void run('subscriber', schema, ({ config, log, metrics, health, servers: { app } }) => {
  const database = new Database({ config, schema: config.NAME, migrations: [INBOX_TABLES, effects], log });
  const commits = new Map<string, number>();
  let deliveries = 0;
  app.addHook('onRequest', async ({ url }) => void (url === '/events' && deliveries++));
  subscribe(app, {
    database,
    log,
    metrics,
    handlers: {
      Counted: handler(Data as never, async (tx, { id, subject, data }: Counted) => {
        if (data.poison === config.NAME)
          throw new HttpError(500, 'poison', 'this event is poisoned for this subscriber');
        if (config.PAUSE_MS > 0) await sleep(config.PAUSE_MS);
        await tx.query({
          name: 'effect',
          text: 'INSERT INTO effect (id, subject, number) VALUES ($1, $2, $3)',
          values: [id, subject, data.number],
        });
      }),
    },
  });
  // The time of the commit of each event, for the benchmark. The answer is sent directly after the commit.
  app.addHook('onSend', async (request, reply) => {
    const event = request.body as { id?: string } | undefined;
    if (request.url === '/events' && event?.id && reply.statusCode === 200 && !commits.has(event.id))
      commits.set(event.id, performance.timeOrigin + performance.now());
  });
  app.get('/commits', async () => Object.fromEntries(commits));
  app.get('/count', async () => ({ commits: commits.size, deliveries }));
  app.delete('/commits', async () => commits.clear());
  health.beforeReady('database', () => database.check());
  return { database };
});
