// query: GET /posts. The same route exists as /query, because the gateway routes /api/query here. Calls neither posts
// nor comments, and still answers reads while the database is unavailable.
import { CommentCreated, CommentModerated, PageQuery, PostCreated, page } from '../common/blog.ts';
import type { Config } from '../common/config.ts';
import { Database } from '../common/database.ts';
import type { Context, Service } from '../common/run.ts';
import { sendIfChanged } from '../common/send-if-changed.ts';
import { handler, subscribe } from '../common/subscriber.ts';
import type { schema } from './config.ts';
import { addReplay, enter } from './generations.ts';
import { LastAnswers } from './last-answers.ts';
import { addComment, addPost, listPosts, MIGRATIONS, moderateComment } from './store.ts';

const FIRST_PAGE = 20;

export function build({
  config,
  log,
  metrics,
  health,
  servers: { app, events },
}: Context<Config<typeof schema>>): Service {
  const database = new Database({ config, schema: 'query', migrations: MIGRATIONS, log });
  const lastAnswers = new LastAnswers();
  const list = (limit: number, after?: string) =>
    lastAnswers.get(`${limit} ${after ?? ''}`, async () => {
      const { items, next } = page(await listPosts(database, limit + 1, after), limit);
      return JSON.stringify({ posts: items, next });
    });
  // A replica is ready when it has read the first page. So each ready replica has an answer when the database becomes
  // unavailable.
  health.beforeReady('database', async () => void (await list(FIRST_PAGE)));

  for (const path of ['/posts', '/query']) {
    app.get<{ Querystring: PageQuery }>(path, { schema: { querystring: PageQuery } }, async (request, reply) => {
      const { body, age } = await list(Number(request.query.limit ?? FIRST_PAGE), request.query.after);
      if (age > 0) void reply.header('age', String(age));
      return sendIfChanged(request, reply, body, 'application/json; charset=utf-8');
    });
  }

  const handlers = {
    PostCreated: handler(PostCreated, addPost),
    CommentCreated: handler(CommentCreated, addComment),
    CommentModerated: handler(CommentModerated, moderateComment),
  };
  subscribe(events, { database, log, metrics, handlers, enter });
  addReplay(events, database, MIGRATIONS);
  return { database };
}
