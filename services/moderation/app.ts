// moderation: publishes a CommentModerated event for every CommentCreated event.
import { CommentCreated } from '../common/blog.ts';
import type { Config } from '../common/config.ts';
import { Database } from '../common/database.ts';
import { measureOutbox } from '../common/outbox.ts';
import { Relay } from '../common/relay.ts';
import type { Context, Service } from '../common/run.ts';
import { handler, subscribe } from '../common/subscriber.ts';
import type { schema } from './config.ts';
import { decide, MIGRATIONS } from './store.ts';
import { createJudge } from './words.ts';

export function build({ config, log, metrics, health, servers: { events } }: Context<Config<typeof schema>>): Service {
  const database = new Database({ config, schema: 'moderation', migrations: MIGRATIONS, log });
  const relay = new Relay({ database, busUrl: config.EVENT_BUS_URL, log, metrics });
  const judge = createJudge(config.BLOCKED_WORDS_FILE);
  health.beforeReady('database', () => database.check());
  measureOutbox(database, metrics);

  const handlers = {
    CommentCreated: handler(CommentCreated, (tx, event) => decide(tx, event, judge(event.data.content))),
  };
  subscribe(events, { database, log, metrics, handlers, applied: () => relay.wake() });
  return { workers: [relay], database };
}
